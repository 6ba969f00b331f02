import { isGroup } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands/index.js';
/** Every command there is. */
export async function allCommands() {
    const found = [];
    for (const entry of COMMANDS) {
        const loaded = await entry.load();
        if (isGroup(loaded)) {
            found.push(...loaded.commands.map((command) => ({ path: [entry.name, command.name], command })));
        }
        else
            found.push({ path: [entry.name], command: loaded });
    }
    return found;
}
/** A command line with all that the command requires and nothing else. */
export function leastWords({ path, command }) {
    const needed = (command.arguments ?? []).filter(({ syntax }) => syntax.startsWith('<'));
    const required = (command.options ?? []).filter((option) => option.required);
    return [
        ...path,
        ...needed.map(({ choices, syntax }) => syntax === '<shell>' ? 'bash' : (choices?.[0] ?? 'entra')),
        ...required.flatMap(({ flags, choices }) => [
            flags.match(/--[\w-]+/)?.[0] ?? flags,
            choices?.[0] ?? (flags.includes('<url>') ? 'https://iqm.example.com/scim/v2' : 'entra'),
        ]),
    ];
}
/**
 * The command lines of `scimctl` within an example, such as both of `db wait && scimctl db migrate`, as words;
 * what a shell does with pipes, files and other programs is left out.
 */
export function commandLinesOf(example) {
    const parts = `scimctl ${example}`.match(/(?:'[^']*'|"[^"]*"|[^'"|&;()])+/g) ?? [];
    return parts
        .map((part) => part.replace(/\d?[<>]+\s*\S+/g, '').match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [])
        .filter(([program]) => program === 'scimctl')
        .map(([, ...words]) => words.map((word) => word.replace(/^(['"])(.*)\1$/, '$2')));
}
