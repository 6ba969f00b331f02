import { Problem } from '../../../problem.js';
/** The first signal asks for an end; the second, for one at once. */
export function watchSignals({ world }) {
    let ask = (_signal) => { };
    const first = new Promise((resolve) => {
        ask = resolve;
    });
    let stopSecond = () => { };
    let stopFirst = () => { };
    const second = new Promise((_, reject) => {
        stopFirst = world.onInterrupt((signal) => {
            stopSecond = world.onInterrupt(() => reject(new Problem('interrupted', 'interrupted', 'Interrupted while stopping.', {
                hint: 'What was under way was kept whole or not at all.',
            })));
            ask(signal);
        });
    });
    second.catch(() => undefined);
    return {
        first,
        second,
        stop: () => {
            stopFirst();
            stopSecond();
        },
    };
}
