import { parseWebhookSecrets, type WebhookSecret } from '../../../core/audit/follow/webhook.js';
import { exposedWarning, isExposed } from '../../../files/exposed-file.js';
import { readAsciiFile } from '../../../files/text-file.js';
import { configurationProblem, usageProblem } from '../../../problem.js';
import type { NoticeOptions } from '../../../scim/server/notices/notices.js';
import type { Context } from '../../context.js';
import { authoritiesWith } from '../../shared/authorities.js';
import type { ServeSettings } from './declared.js';

/** Where the secret may be too, so that it is in no file. */
const VARIABLE = 'SCIMCTL_ON_PENDING_SECRET';

/**
 * Who is told of accounts that become pending, and with which secrets; nothing without --on-pending.
 * @throws Problem `option-missing`, `webhook-secret-unreadable`, `webhook-secret-invalid`, `file-unreadable`, `ca-invalid`.
 */
export async function readNoticeOptions(
  { onPending, onPendingSecretFile, onPendingCa }: ServeSettings,
  context: Context,
): Promise<NoticeOptions | undefined> {
  const { world } = context;
  if (onPending === undefined) {
    const alone =
      onPendingSecretFile === undefined ? onPendingCa && '--on-pending-ca' : '--on-pending-secret-file';
    if (alone === undefined) return undefined;
    throw usageProblem('option-missing', `${alone} needs --on-pending.`, {
      hint: 'Name the URL that notices are posted to with --on-pending, or leave the option out.',
    });
  }
  const given = world.env[VARIABLE];
  if (onPendingSecretFile === undefined && !given) {
    throw usageProblem('option-missing', '--on-pending needs a secret that notices are signed with.', {
      hint: `Name a file that contains it with --on-pending-secret-file, or set ${VARIABLE}. Create one with: echo "whsec_$(openssl rand -base64 32)"`,
    });
  }
  const secrets =
    onPendingSecretFile === undefined
      ? constant(parseWebhookSecrets(given ?? '', VARIABLE))
      : await secretsIn(onPendingSecretFile, context);
  return {
    url: new URL(onPending),
    secrets,
    ...(onPendingCa !== undefined && { ca: await authoritiesWith(onPendingCa, world.cwd) }),
  };
}

const constant = (secrets: readonly WebhookSecret[]) => async () => secrets;

/** Read anew each time; where that fails, the last ones that were good are used, since a notice has to be told. */
async function secretsIn(path: string, { world, talk }: Context): Promise<NoticeOptions['secrets']> {
  let known = parseWebhookSecrets(await readSecretFile(path), path);
  if (await isExposed(path, world.platform)) talk.warn(exposedWarning('secret', path));
  return async () => {
    known = await readSecretFile(path)
      .then((text) => parseWebhookSecrets(text, path))
      .catch(() => known);
    return known;
  };
}

const readSecretFile = (path: string): Promise<string> =>
  readAsciiFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw configurationProblem(
      'webhook-secret-unreadable',
      `The secret ${path} cannot be read (${cause.code ?? 'error'}).`,
      {
        hint: 'Check the path and the file permissions. If there is no secret yet, create one with: echo "whsec_$(openssl rand -base64 32)"',
        cause,
      },
    );
  });
