import { resolve } from 'node:path';
import { newTokenKeyLine } from '../../../core/tokens/new-key.js';
import { prependKey } from '../../output/key-file.js';
import { DRY_RUN, sayDone } from '../shared.js';
const PRINTED = [
    { key: 'id', label: 'ID' },
    { key: 'key', label: 'KEY' },
];
const FILED = [
    { key: 'id', label: 'ID' },
    { key: 'keyFile', label: 'KEY FILE' },
];
export const newKey = {
    name: 'new-key',
    summary: 'Make a key for keyed token hashes',
    description: 'Makes a key of 32 random bytes for hashing tokens with HMAC-SHA-256, and prints the line for the file that tokenKeysFile names, or puts it first in that file. New tokens are hashed with the first key; the others stay for the tokens that were hashed with them. Touches no database.',
    arguments: [{ syntax: '<id>', description: 'what the key is called from now on: 2026-a' }],
    options: [
        {
            flags: '--key-file <file>',
            description: 'put it first in this file, which only you can read; made where there is none',
        },
        DRY_RUN,
    ],
    examples: [
        { does: 'printed, for a secret store', command: 'token new-key 2026-a' },
        { does: 'into the key file', command: 'token new-key 2026-a --key-file token.keys' },
    ],
    async run(options, context) {
        const { id, keyFile, dryRun } = options;
        const line = newTokenKeyLine(id, context.world.random);
        if (keyFile === undefined)
            return dryRun ? sayDone(context, options, 'A key would be printed.') : print(context, line);
        const path = resolve(context.world.cwd, keyFile);
        await prependKey(path, { id, line }, context.world, dryRun);
        await context.output.one({ id, keyFile: path }, FILED);
        sayDone(context, options, `New tokens are hashed with key ${id} wherever ${path} is the key file.`);
        context.talk.note('Keep a copy of it, away from the backups of the database: a lost key ends its tokens.');
    },
};
async function print({ output, talk }, line) {
    const [id = '', key = ''] = line.split(' ');
    if (output.format === 'table')
        output.text(`${line}\n`);
    else
        await output.one({ id, key }, PRINTED);
    talk.note('Put this line first in the key file. It is shown only here.');
}
