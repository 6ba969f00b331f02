import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { projectDirectory } from '../support/environment.js';
import { readPage } from './markdown.js';
/** All sources of the endpoint and the core, as one text. */
async function sources() {
    const texts = ['src/core', 'src/scim'].map(async (folder) => {
        const names = await readdir(join(projectDirectory, folder), { recursive: true });
        const files = names.filter((name) => name.endsWith('.ts'));
        return Promise.all(files.map((name) => readFile(join(projectDirectory, folder, name), 'utf8')));
    });
    return (await Promise.all(texts)).flat().join('\n');
}
describe('docs/idp-errors.md', () => {
    it('quotes what the endpoint says', async () => {
        const [page, source] = await Promise.all([readPage('docs/idp-errors.md'), sources()]);
        const rows = [...page.matchAll(/^\| `(?!detail`)([^`]+)` \|([^|]*)\|/gm)];
        assert.ok(rows.length > 25);
        const missing = rows.flatMap(([, detail = '', problems = '']) => [
            ...detail.split('…').filter((part) => !source.includes(part.trim())),
            ...[...problems.matchAll(/`([a-z-]+)`/g)]
                .map(([, code = '']) => code)
                // Made of the reason: `token-expired`.
                .filter((code) => !source.includes(`'${code}'`) && !source.includes(`'${code.replace('token-', '')}'`)),
        ]);
        assert.deepEqual(missing, []);
    });
    it('has a row for everything that an administrator of the IdP could mend', async () => {
        const page = await readPage('docs/idp-errors.md');
        const errors = await readFile(join(projectDirectory, 'src/scim/protocol/handler/errors.ts'), 'utf8');
        const codes = [...errors.matchAll(/^ {2}'([a-z-]+)': \{ status/gm)].map(([, code = '']) => code);
        // What an IdP never sends: sorting, cursors, and filters and groups that it could not make.
        const apart = ['filter-invalid', 'sort-invalid', 'cursor-invalid', 'group-invalid'];
        assert.ok(codes.length > 12);
        assert.deepEqual(codes.filter((code) => !apart.includes(code) && !page.includes(`\`${code}\``)), []);
    });
});
