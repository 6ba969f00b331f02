import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { binFile, runCliOk, runJson } from '../support/cli.js';
import { forEachEngine } from '../support/engines.js';
import { temporaryDirectory } from '../support/environment.js';
import { Terminal, terminalMissing } from '../support/pty.js';
const DOWN = '\x1b[B';
const RETURN = '\r';
/** Answers questions as they come. */
async function answer(terminal, dialogue) {
    for (const [question, keys] of dialogue) {
        await terminal.waitFor(question);
        terminal.type(keys);
    }
}
const start = (home, ...args) => Terminal.start([process.execPath, binFile, 'init', ...args], { home, columns: 140, rows: 80 });
forEachEngine('the wizard', (engine) => {
    it('asks for everything, then does everything', { skip: terminalMissing }, async () => {
        const { url } = await engine.freshDatabase();
        const home = await temporaryDirectory('home');
        const terminal = await start(home);
        await answer(terminal, [
            [/Connection setting:/, `${url}${RETURN}`],
            [/Apply it\?/, RETURN],
            [/What now\?/, `${DOWN}${RETURN}`],
            [/Where does this installation run\?/, RETURN],
            [/Which identity provider\?/, `${DOWN}${RETURN}`],
            [/Its name here:/, `okta-eu${RETURN}`],
            [/deprovisions a user:/, `${DOWN}${RETURN}`],
            [/Create a bearer token for it\?/, RETURN],
            [/File for the token/, RETURN],
            [/Where will the IdP reach/, `https://iqm.example.com${RETURN}`],
        ]);
        assert.equal(await terminal.end(90_000), 0, terminal.screen());
        const screen = terminal.screen();
        const token = /^scimctl_\w{62}$/m.exec(screen)?.[0] ?? '';
        assert.match(screen, /^pass +token /m);
        assert.match(screen, /https:\/\/iqm\.example\.com\/scim\/v2/);
        assert.equal(screen.split(token).length, 2, 'the token is shown once');
        const at = ['--database', url];
        const idp = await runJson(['idp', 'show', 'okta-eu', ...at]);
        assert.deepEqual([idp.kind, idp.deprovisionPolicy], ['okta', 'disable']);
        await runCliOk(['token', 'verify', ...at], { stdin: token });
    });
    it('run again, finds everything there', { skip: terminalMissing }, async () => {
        const { url } = await engine.freshDatabase();
        const home = await temporaryDirectory('home');
        const flags = ['--database', url, '--host', 'reference', '--idp', 'entra', '--token-file', 'entra.token'];
        await runCliOk(['init', '--yes', ...flags], { home });
        const terminal = await start(home, '--database', url);
        await answer(terminal, [
            [/Which IdP\?[\s\S]*entra \(there already\)/, RETURN],
            [/Where will the IdP reach/, RETURN],
        ]);
        assert.equal(await terminal.end(90_000), 0, terminal.screen());
        assert.match(terminal.screen(), /Token: IdP entra has 1 live already/);
        assert.match(terminal.screen(), /IdP entra: there already; kept as it is/);
    });
});
describe('the wizard', { skip: terminalMissing }, () => {
    it('says what is wrong with an answer, and asks again', async () => {
        const home = await temporaryDirectory('home');
        const terminal = await start(home);
        await answer(terminal, [
            [/Connection setting:/, `nonsense${RETURN}`],
            [/in no form that is known/, `\x15postgresql://joe@127.0.0.1:1/db${RETURN}`],
            [/Password of joe:/, `wrong${RETURN}`],
            [/Warning: [\s\S]*Connection setting:/, '\x03'],
        ]);
        assert.equal(await terminal.end(), 130);
        assert.ok(!terminal.raw().includes('wrong'), 'the password is not shown');
        assert.deepEqual(await readdir(home), []);
    });
    for (const [how, keys] of [
        ['Control-C', '\x03'],
        ['Control-D', '\x04'],
    ]) {
        it(`changes nothing when it is left with ${how} at the last question`, async () => {
            const home = await temporaryDirectory('home');
            const terminal = await start(home, '--database', 'embedded:try', '--migrate', '--host', 'reference');
            await answer(terminal, [
                [/Where does this installation run\?/, RETURN],
                [/Which identity provider\?/, RETURN],
                [/Its name here:/, RETURN],
                [/deprovisions a user:/, RETURN],
                [/Create a bearer token for it\?/, keys],
            ]);
            assert.equal(await terminal.end(), 130);
            assert.match(terminal.screen(), /Error: Interrupted\. \[interrupted\]/);
            assert.deepEqual(await readdir(home), []);
        });
    }
    it('asks without colours with --no-color', async () => {
        const home = await temporaryDirectory('home');
        const terminal = await start(home, '--no-color');
        await terminal.waitFor(/Connection setting:/);
        terminal.type('\x03');
        await terminal.end();
        assert.doesNotMatch(terminal.raw(), new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`));
    });
    it('leaves another config file as it is when told so', async () => {
        const home = await temporaryDirectory('home');
        await runCliOk(['init', '--yes', '--database', 'embedded:one', '--host', 'reference', '--idp', 'okta'], {
            home,
        });
        const config = join(home, '.config', 'scimctl', 'config.json');
        const before = await readFile(config, 'utf8');
        const flags = [
            '--migrate',
            '--host',
            'reference',
            '--hosting',
            'on-premises',
            '--idp',
            'entra',
            '--no-token',
        ];
        const terminal = await start(home, '--database', 'embedded:two', ...flags, '--deprovision-policy', 'manual');
        await answer(terminal, [
            [/is for another database\. Overwrite it\?/, RETURN],
            [/Where will the IdP reach/, RETURN],
        ]);
        assert.equal(await terminal.end(90_000), 0, terminal.screen());
        assert.equal(await readFile(config, 'utf8'), before);
    });
});
