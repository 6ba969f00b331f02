import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { noticeOf } from '../../src/core/audit/follow/notice.js';
import { parseWebhookSecrets, webhookHeaders } from '../../src/core/audit/follow/webhook.js';
import { projectDirectory } from '../support/environment.js';
import { closedPort } from '../support/fake-servers/listen.js';

const page = () => readFile(join(projectDirectory, 'docs', 'notices.md'), 'utf8');

describe('docs/notices.md', () => {
  it('shows a document as it is posted', async () => {
    const [, sample = ''] = /```json\n([\s\S]*?)```/.exec(await page()) ?? [];
    const at = new Date('2026-11-30T08:15:02.117Z');
    const notice = noticeOf({
      seq: 4711,
      id: 'a',
      at,
      actor: 'idp:entra',
      action: 'user.deprovision',
      targetType: 'user',
      targetId: 'b',
      targetName: 'zoe.mueller@contoso.example',
      outcome: 'done',
      details: { policy: 'manual', pending: true, loginName: 'zoe.mueller@contoso.example' },
    });
    assert.deepEqual(JSON.parse(sample), notice);
  });

  it('signs as the specification of Standard Webhooks does', () => {
    // The vector that the libraries of Standard Webhooks are tested with.
    const [secret] = parseWebhookSecrets('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'a test');
    const headers = webhookHeaders(
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', at: new Date(1614265330_000), body: '{"test": 2432232314}' },
      secret ? [secret] : [],
    );
    assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });
});

describe('docs/samples/receive-notices.mjs', () => {
  const secrets = [randomBytes(32), randomBytes(32)];
  let port: number;
  let receiver: ChildProcess;
  let printed = '';

  before(async () => {
    port = await closedPort();
    receiver = spawn(
      process.execPath,
      [join(projectDirectory, 'docs/samples/receive-notices.mjs'), String(port)],
      {
        env: { ...process.env, WEBHOOK_SECRET: `whsec_${secrets[0]?.toString('base64')}` },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    receiver.stdout?.setEncoding('utf8').on('data', (text) => {
      printed += text;
    });
    for (let left = 200; left > 0 && !(await answers()); left--);
  });
  after(() => receiver.kill());

  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => new Promise<boolean>((resolve) => setTimeout(resolve, 50, false)),
    );
  const body = JSON.stringify({
    type: 'account.pending',
    data: { loginName: 'ann', reason: 'disabled', idp: 'entra', since: '2026-11-30T08:15:02.117Z' },
  });
  const post = async (at: Date, id: string, by: readonly Uint8Array[], sent = body) => {
    const headers = webhookHeaders({ id, at, body }, by);
    return (await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: sent })).status;
  };

  it('accepts what is signed with its secret, and prints it once', async () => {
    assert.equal(await post(new Date(), 'one', secrets.toReversed()), 204);
    assert.equal(await post(new Date(), 'one', secrets), 204);
    assert.equal(printed, 'account.pending ann (disabled, entra, since 2026-11-30T08:15:02.117Z)\n');
  });

  it('refuses another secret, another body, and a copy that is old', async () => {
    assert.equal(await post(new Date(), 'two', secrets.slice(1)), 401);
    assert.equal(await post(new Date(), 'two', secrets, body.replace('ann', 'bob')), 401);
    assert.equal(await post(new Date(Date.now() - 600_000), 'two', secrets), 401);
  });
});
