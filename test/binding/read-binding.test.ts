import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { readBinding, toValue } from '../../src/binding/read-binding.js';
import { BINDING_SCHEMA } from '../../src/binding/schema.js';
import { projectDirectory } from '../support/environment.js';

const folder = join(projectDirectory, 'test/hosts/bindings');
const SCHEMA_FILE = join(projectDirectory, 'sql/host-binding.schema.json');

describe('the format of a binding', () => {
  it('is shipped as a JSON Schema', async () => {
    const text = JSON.stringify(BINDING_SCHEMA, null, 2);
    // To be formatted as everything is: `npm run format`.
    if (process.env.SCIMCTL_TEST_UPDATE === '1') await writeFile(SCHEMA_FILE, `${text}\n`);
    assert.deepEqual(JSON.parse(await readFile(SCHEMA_FILE, 'utf8')), JSON.parse(text));
  });

  it('holds every binding of the tests', async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    assert.ok(files.length > 1);
    for (const file of files) readBinding(await readFile(join(folder, file), 'utf8'), file);
  });
});

describe('what is wrong with a binding', () => {
  const users = {
    table: 'app.users',
    key: { column: 'id', made: 'database' },
    login: { read: { column: 'login' } },
    displayName: { read: { column: 'name' } },
    enabled: { yes: { column: 'state', in: [1] } },
  };
  const binding = { format: 1, users, providers: { declared: { name: 'x' } }, seats: { none: {} } };
  const cases: { what: string; content: object; message: RegExp }[] = [
    { what: 'another format', content: { ...binding, format: 2 }, message: /: format is 2, not 1\.$/ },
    {
      what: 'a part that is missing',
      content: { ...binding, seats: undefined },
      message: /the file lacks seats|seats is nothing/,
    },
    {
      what: 'a name that is not known',
      content: { ...binding, users: { ...users, key: { column: 'id', made: 'database', sql: 'drop' } } },
      message: /users\.key has "sql", which is not known there/,
    },
    {
      what: 'a value of no form',
      content: { ...binding, users: { ...users, insert: { type: { sql: "'x'" } } } },
      message: /users\.insert\.type is an object with sql, not an object with one of column, constant,/,
    },
    {
      what: 'a condition within others',
      content: {
        ...binding,
        users: { ...users, where: { all: [{ not: { column: 'a', in: [] } }] } },
      },
      message: /users\.where\.all\[0\]\.not\.in is empty/,
    },
    {
      what: 'a table without its schema',
      content: { ...binding, users: { ...users, table: 'users' } },
      message: /users\.table is "users", not of the form schema\.table/,
    },
  ];
  for (const { what, content, message } of cases) {
    it(`names the place: ${what}`, () => {
      assert.throws(() => readBinding(JSON.stringify(content)), { code: 'binding-invalid', message });
    });
  }

  it('is said of an answer, too', () => {
    assert.deepEqual(toValue({ constant: 3 }, 'insert.app.users.kind'), { constant: 3 });
    assert.throws(() => toValue('3', 'insert.app.users.kind'), {
      message: /^insert\.app\.users\.kind is not a valid binding: the file is "3"/,
    });
  });
});
