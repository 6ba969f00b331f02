import type { Asker } from '../../../core/authentication/admission.js';
import type { HttpAnswer } from '../http/answer.js';

/**
 * The same answer, of which each part is read only if the credential is good yet: a client that reads slowly would
 * otherwise go on reading for hours after its token was revoked. The parts end with NoLongerAdmitted then.
 */
export const withAdmittedParts = (answer: HttpAnswer, asker: Asker): HttpAnswer => {
  const { parts } = answer;
  return parts ? { ...answer, parts: () => admittedParts(parts(), asker) } : answer;
};

async function* admittedParts(parts: AsyncGenerator<string>, asker: Asker): AsyncGenerator<string> {
  for (;;) {
    const [part] = await Promise.all([parts.next(), asker.assertStillAdmitted()]);
    if (part.done) return;
    yield part.value;
  }
}
