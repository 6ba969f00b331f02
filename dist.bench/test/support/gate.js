/** What one part of a test waits at until another opens it. */
export function gate() {
    let open = () => { };
    const opened = new Promise((resolve) => {
        open = resolve;
    });
    return { open, opened };
}
