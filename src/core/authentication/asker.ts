import type { Session } from '../../database/database.js';
import type { Asker, NotAdmitted } from './admission.js';
import type { AuthenticationMethod } from './methods.js';

/** What an IdP is set to is not what a request went by. Nothing was done yet, and it begins anew with what is so now. */
export class SettingsChanged extends Error {
  override readonly name = 'SettingsChanged';
}

/** Ends a request whose credential was good when it began. It is answered as if it came now, and leaves no event. */
export class NoLongerAdmitted extends Error {
  override readonly name = 'NoLongerAdmitted';
  constructor(
    readonly refusal: NotAdmitted,
    readonly method: AuthenticationMethod,
  ) {
    super(`the credential has ended: ${refusal.refused}`);
  }
}

/**
 * What is done in a transaction for whoever asked for it, if they still may. Both are asked for at once where the
 * engine can; the work has ended, too, before this fails, so that nothing of it comes after a rollback.
 * @throws NoLongerAdmitted, and what `work` throws.
 */
export async function stillAsked<T>(
  asker: Asker | undefined,
  session: Session,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  if (!asker) return work(session);
  if (!session.pipelines) {
    await asker.assertAdmitted(session);
    return work(session);
  }
  const [admitted, worked] = await Promise.allSettled([asker.assertAdmitted(session), work(session)]);
  if (admitted.status === 'rejected') throw admitted.reason;
  if (worked.status === 'rejected') throw worked.reason;
  return worked.value;
}
