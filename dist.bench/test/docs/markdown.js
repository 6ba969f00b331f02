import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectDirectory } from '../support/environment.js';
/** The pages that people read, relative to the checkout. */
export async function pages() {
    const docs = (await readdir(join(projectDirectory, 'docs'), { recursive: true }))
        .map((name) => `docs/${name.replaceAll('\\', '/')}`)
        .filter((name) => name.endsWith('.md'));
    return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs.sort()];
}
export const readPage = async (page) => (await readFile(join(projectDirectory, page), 'utf8')).replaceAll('\r\n', '\n');
/** The fenced code blocks of a page. */
export function codeBlocks(text) {
    const lines = text.split('\n');
    const blocks = [];
    for (let at = 0; at < lines.length; at++) {
        const [, language] = /^```(\S*)$/.exec(lines[at] ?? '') ?? [];
        if (language === undefined)
            continue;
        const end = lines.indexOf('```', at + 1);
        if (end < 0)
            throw new Error(`The code block in line ${at + 1} does not end`);
        const [, tested] = /^<!-- tested: (.*) -->$/.exec(lines[at - 1] ?? '') ?? [];
        const body = lines
            .slice(at + 1, end)
            .map((line) => `${line}\n`)
            .join('');
        blocks.push({ language, text: body, line: at + 2, ...(tested !== undefined && { tested }) });
        at = end;
    }
    return blocks;
}
/** The one block of a page with this `tested` comment. */
export async function testedBlock(page, tested) {
    const [block, another] = codeBlocks(await readPage(page)).filter((each) => each.tested === tested);
    if (!block || another)
        throw new Error(`${page} has not exactly one block "${tested}"`);
    return block.text;
}
