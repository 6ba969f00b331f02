import type { Context } from '../context.js';

const STEP = 10_000;

/** Counts on a line of stderr that is overwritten; nothing without a terminal or with --quiet. */
export function progress({ world: { stderr }, globals }: Context, done: string, step = STEP) {
  const isShown = stderr.isTTY === true && !globals.quiet;
  let next = step;
  return {
    show: (count: number) => {
      if (!isShown || count < next) return;
      next = count - (count % step) + step;
      stderr.write(`\r${count.toLocaleString('en-GB')} ${done}`);
    },
    /** Wipes the line. */
    end: () => {
      if (next > step) stderr.write('\r\u001b[K');
    },
  };
}

/** How long people wait before they wonder. */
const PATIENCE_MS = 2000;

/** Says on stderr what is being waited for, if it takes long; nothing without a terminal or with --quiet. */
export async function waitingFor<T>(
  { world: { stderr }, globals }: Pick<Context, 'world' | 'globals'>,
  what: string,
  work: Promise<T>,
): Promise<T> {
  if (stderr.isTTY !== true || globals.quiet) return work;
  let isShown = false;
  const timer = setTimeout(() => {
    isShown = true;
    stderr.write(what);
  }, PATIENCE_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    if (isShown) stderr.write('\r\u001b[K');
  }
}

/** The pages as they come, with how many rows there have been. */
export async function* counted<Row>(
  pages: AsyncIterable<readonly Row[]>,
  onRows: (count: number) => void,
): AsyncGenerator<readonly Row[]> {
  let count = 0;
  for await (const page of pages) {
    count += page.length;
    onRows(count);
    yield page;
  }
}
