/**
 * The fewest steps of a failing sequence that still fail: delta debugging (Zeller and Hildebrandt, 2002), by
 * halves, then quarters, down to single steps. `fails` is asked again for each try.
 */
export async function shrink<T>(
  steps: readonly T[],
  fails: (steps: readonly T[]) => Promise<boolean>,
): Promise<T[]> {
  let left = [...steps];
  let size = Math.ceil(left.length / 2);
  while (size >= 1) {
    let isSmaller = false;
    for (let from = 0; from < left.length; ) {
      const without = [...left.slice(0, from), ...left.slice(from + size)];
      if (await fails(without)) {
        left = without;
        isSmaller = true;
      } else from += size;
    }
    // Once more with single steps, as long as any of them can go.
    if (!isSmaller || size > 1) size = Math.floor(size / 2);
  }
  return left;
}
