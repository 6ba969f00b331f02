const STEP = 10_000;
/** Counts events on a line of stderr that is overwritten; nothing without a terminal or with --quiet. */
export function progress({ world: { stderr }, globals }, done) {
    const isShown = stderr.isTTY === true && !globals.quiet;
    let next = STEP;
    return {
        show: (events) => {
            if (!isShown || events < next)
                return;
            next = events - (events % STEP) + STEP;
            stderr.write(`\r${events.toLocaleString('en-GB')} events ${done}`);
        },
        /** Wipes the line. */
        end: () => {
            if (next > STEP)
                stderr.write('\r\u001b[K');
        },
    };
}
