export interface Gate {
  open(): void;
  /** Settles when it is open. */
  readonly opened: Promise<void>;
}

/** What one part of a test waits at until another opens it. */
export function gate(): Gate {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}
