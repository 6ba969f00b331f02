import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { inSchema, readSql } from '../../src/database/migrator/files.js';
import { projectDirectory } from '../support/environment.js';
const files = (await readdir(join(projectDirectory, 'sql'), { recursive: true }))
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.sql'));
describe('the schema in SQL files', () => {
    it('is put in place of scim wherever that is the schema, and nowhere else', () => {
        const sql = `-- scimctl, scim.token
create schema if not exists scim; create schema scim;
if schema_id('scim') is null exec('create schema scim');
select 'scim.token', scim.[identity], 'scimctl', my_scim, "scim_x" from scim.token, x.scim_token`;
        assert.equal(inSchema(sql, 'iam'), `-- scimctl, iam.token
create schema if not exists iam; create schema iam;
if schema_id('iam') is null exec('create schema iam');
select 'iam.token', iam.[identity], 'scimctl', my_scim, "scim_x" from iam.token, x.scim_token`);
        assert.equal(inSchema(sql, 'scim'), sql);
    });
    for (const file of files) {
        it(`${file} keeps to what can be put in another schema and sent through the driver`, async () => {
            const sql = await readSql(file);
            const moved = inSchema(sql, 'iam');
            assert.doesNotMatch(moved, /\bscim\b/, 'scim stands for something else than the schema');
            // The query builder takes it for the place of a parameter.
            assert.doesNotMatch(sql, /\?/);
        });
    }
    for (const file of files.filter((name) => !name.startsWith('reference-host/'))) {
        it(`${file} is plain ASCII, which every client reads alike`, async () => {
            // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are meant
            assert.match(await readSql(file), /^[\x00-\x7f]*$/);
        });
    }
});
