import { printable } from './printable.js';
export function createTalk(globals, world) {
    const say = (text) => world.stderr.write(`${printable(text)}\n`);
    const unlessQuiet = (text) => {
        if (!globals.quiet)
            say(text);
    };
    return {
        note: unlessQuiet,
        done: unlessQuiet,
        warn: (text) => say(`Warning: ${text}`),
        detail: (text) => {
            if (globals.verbose)
                say(text);
        },
    };
}
