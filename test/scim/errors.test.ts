import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { DatabaseFault, type Fault } from '../../src/database/faults/fault.js';
import { configurationProblem, operationProblem } from '../../src/problem.js';
import { errorResponse } from '../../src/scim/protocol/handler/errors.js';
import { invalidFilter, ScimError } from '../../src/scim/protocol/scim-error.js';
import { projectDirectory } from '../support/environment.js';

const SECRET = 'password authentication failed for user "sa"';

describe('an error', () => {
  it('is a SCIM body with its status as text', () => {
    assert.deepEqual(errorResponse(invalidFilter('The filter cannot be read.')), {
      response: {
        status: 400,
        headers: {},
        body: {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: '400',
          scimType: 'invalidFilter',
          detail: 'The filter cannot be read.',
        },
      },
      unexpected: false,
    });
  });

  it('may have headers', () => {
    const { response } = errorResponse(new ScimError(405, undefined, 'No.', { Allow: 'GET' }));
    assert.deepEqual(response.headers, { Allow: 'GET' });
  });

  describe('of the core tells the administrator what happened and what to do', () => {
    for (const [code, status, scimType] of [
      ['user-exists', 409, 'uniqueness'],
      ['user-claimed', 409, 'uniqueness'],
      ['user-ambiguous', 409, 'uniqueness'],
      ['user-protected', 409, 'uniqueness'],
      ['user-name-taken', 409, 'uniqueness'],
      ['user-name-hidden', 409, 'uniqueness'],
      ['user-disabled', 409, 'uniqueness'],
      ['user-doubtful', 409, 'uniqueness'],
      ['group-exists', 409, 'uniqueness'],
      ['seats-exhausted', 400, undefined],
      ['saml-not-enabled', 400, undefined],
      ['idp-disabled', 403, undefined],
      ['user-unknown', 404, undefined],
      ['group-unknown', 404, undefined],
      ['hosting-cloud', 403, undefined],
      ['profile-invalid', 400, 'invalidValue'],
      ['host-refused', 400, 'invalidValue'],
      ['host-write-ignored', 400, 'invalidValue'],
      ['host-broken', 500, undefined],
      ['group-invalid', 400, 'invalidValue'],
      ['cursor-invalid', 400, 'invalidCursor'],
    ] as const) {
      it(`${code} is ${status}${scimType ? ` ${scimType}` : ''}`, () => {
        const { response, unexpected } = errorResponse(
          operationProblem(code, 'What happened.', { hint: 'What to do.' }),
        );
        assert.equal(response.status, status);
        assert.equal(response.problem, code);
        assert.equal(unexpected, false);
        assert.deepEqual(response.body, {
          schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
          status: String(status),
          ...(scimType ? { scimType } : {}),
          // IdPs expect a 404 where they look a user up.
          detail: status === 404 ? 'What happened.' : 'What happened. What to do.',
        });
      });
    }

    it('is none of 401 and 403 where seats are exhausted, or IdPs stop the whole job', () => {
      assert.equal(errorResponse(operationProblem('seats-exhausted', 'x')).response.status, 400);
    });

    it('is known here, whatever Problem provisioning makes', async () => {
      const root = join(projectDirectory, 'src', 'core', 'provisioning');
      const sources = await Promise.all(
        (await readdir(root, { recursive: true }))
          .filter((name) => name.endsWith('.ts'))
          .map((name) => readFile(join(root, name), 'utf8')),
      );
      const codes = sources.flatMap((text) =>
        [...text.matchAll(/Problem\(\s*'([\w-]+)'/g)].map(([, code = '']) => code),
      );
      assert.ok(codes.length > 5);
      for (const code of codes) {
        const { response, unexpected } = errorResponse(operationProblem(code, 'x'));
        assert.equal(unexpected, false, code);
        assert.equal(response.status === 500, code === 'host-broken', code);
      }
    });
  });

  describe('of the database that passes is a 503 that says when to come back', () => {
    const passing: Fault[] = [
      'connection-lost',
      'lock-timeout',
      'deadlock',
      'serialization',
      'statement-timeout',
      'read-only',
      'disk-full',
      'unanswered',
      'pool-exhausted',
      'too-many-connections',
      'outcome-unknown',
    ];
    const errors: [string, unknown][] = [
      ...passing.map((fault): [string, unknown] => [
        fault,
        new DatabaseFault(fault, undefined, new Error(SECRET)),
      ]),
      ['a server that is not there', configurationProblem('database-unreachable', SECRET)],
      ['a ticket that has expired', configurationProblem('kerberos-ticket-expired', SECRET)],
    ];
    for (const [name, error] of errors) {
      it(name, () => {
        const { response, unexpected } = errorResponse(error);
        assert.equal(response.status, 503);
        assert.equal(response.headers['Retry-After'], '5');
        assert.equal(unexpected, true);
        assert.match(response.problem ?? '', /^(database|kerberos)-/);
        assert.ok(!JSON.stringify(response).includes(SECRET));
      });
    }
  });

  describe('of any other kind is a 500 that tells nothing', () => {
    for (const [name, error] of Object.entries({
      'a fault of the database': new DatabaseFault('permission-denied', undefined, new Error(SECRET)),
      'a fault of the set-up': configurationProblem('host-views-missing', SECRET),
      'a mistake of ours': new TypeError(SECRET),
      'what is no error': SECRET,
      nothing: undefined,
    })) {
      it(name, () => {
        const { response, unexpected } = errorResponse(error);
        assert.equal(response.status, 500);
        assert.equal(unexpected, true);
        assert.ok(!JSON.stringify(response).includes(SECRET));
      });
    }
  });
});
