import { isGroup } from '../../command.js';
import { GLOBAL_OPTIONS } from '../../globals.js';
import { TOPICS } from '../help/topics.js';
import { COMMANDS } from '../index.js';
const HELP = { flags: '-h, --help', description: 'show help' };
/** Everything that can be completed, worked out from the declarations of all commands. */
export async function completionTree() {
    const places = [placeOf('', COMMANDS.map(wordOf), [])];
    for (const entry of COMMANDS) {
        const loaded = await entry.load();
        if (!isGroup(loaded)) {
            places.push(placeOf(entry.name, entry.name === 'help' ? helpWords() : fixedArguments(loaded), loaded.options));
            continue;
        }
        places.push(placeOf(entry.name, loaded.commands.map(wordOf), []));
        for (const verb of loaded.commands) {
            places.push(placeOf(`${entry.name} ${verb.name}`, fixedArguments(verb), verb.options));
        }
    }
    return places;
}
const wordOf = ({ name, summary }) => ({
    word: name,
    about: summary,
});
const helpWords = () => [...COMMANDS, ...TOPICS].map(wordOf);
/** `<bash|zsh>`: an argument that is one of a few words. */
const fixedArguments = ({ arguments: all = [] }) => all.flatMap(({ choices = [], description }) => choices.map((word) => ({ word, about: description })));
function placeOf(path, words, own = []) {
    const specs = [...own, ...GLOBAL_OPTIONS, HELP];
    const names = ({ flags }) => flags.match(/--?[\w-]+/g) ?? [];
    return {
        path,
        words,
        options: specs.flatMap((spec) => names(spec).map((word) => ({ word, about: spec.description }))),
        taking: specs
            .filter(({ flags }) => flags.includes('<'))
            .map((spec) => ({ names: names(spec), values: spec.choices ?? [] })),
    };
}
