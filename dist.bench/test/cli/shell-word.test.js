import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { shellWord } from '../../src/cli/output/shell-word.js';
describe('a word to paste', () => {
    it('stands as it is where no shell could misread it', () => {
        for (const word of ['scimctl-quickstart/scimctl.json', 'C:/Users/zoë/x.json', 'embedded:a/b']) {
            assert.equal(shellWord(word, 'linux'), word);
            assert.equal(shellWord(word, 'win32'), word);
        }
    });
    it('stands in double quotes where sh, PowerShell and cmd all understand those', () => {
        assert.equal(shellWord("my files/it's (1)&more", 'win32'), `"my files/it's (1)&more"`);
        assert.equal(shellWord('~/a', 'linux'), '"~/a"');
    });
    it('stands in single quotes, as the shell of the platform has it, where nothing else helps', () => {
        assert.equal(shellWord("it's $5", 'win32'), "'it''s $5'");
        assert.equal(shellWord("it's $5", 'linux'), "'it'\\''s $5'");
    });
    it('comes out of a shell as it went in', { skip: process.platform === 'win32' && 'no /bin/sh' }, () => {
        for (const word of [
            '',
            'a b',
            "it's",
            '$HOME',
            '`id`',
            'a"b',
            'a\\b',
            '!x',
            '%PATH%',
            '~',
            '-x',
            'ü',
            '“q”',
        ]) {
            const { stdout } = spawnSync('/bin/sh', ['-c', `printf %s ${shellWord(word, 'linux')}`], {
                encoding: 'utf8',
            });
            assert.equal(stdout, word);
        }
    });
});
