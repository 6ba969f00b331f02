import { gssFailure } from './gss-failure.js';
import { GssError, type GssLibrary, loadGss } from './gss-library.js';
import { type Negotiate, type Negotiation, type NegotiationTarget, principalOf } from './negotiation.js';
import { libraryMissing, negotiationProblem } from './problems.js';

/**
 * Logins with the Kerberos tickets of the account of this process: its ticket cache (`KRB5CCNAME`), or the keytab that
 * `KRB5_CLIENT_KTNAME` names, from which the library gets new tickets whenever the old ones end.
 * @throws Problem `kerberos-library-missing`
 */
export async function gssNegotiate(): Promise<Negotiate> {
  let gss: GssLibrary;
  try {
    gss = await loadGss();
  } catch (error) {
    throw libraryMissing(error, process.platform);
  }
  return (target) => negotiation(gss, target);
}

async function negotiation(gss: GssLibrary, target: NegotiationTarget): Promise<Negotiation> {
  const told = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GssError)) throw error;
      const { major, minor, message } = error;
      const keytab = process.env.KRB5_CLIENT_KTNAME;
      throw negotiationProblem(gssFailure(major, minor), { ...target, keytab }, message);
    }
  };
  const { signal } = target;
  const credential = await told(() => gss.acquire(signal));
  let account: string | undefined;
  let name: unknown;
  let context: unknown = null;
  let complete = false;
  /** What another thread works on. */
  let under: Promise<unknown> = Promise.resolve();
  const release = () => {
    gss.releaseContext(context);
    gss.releaseName(name);
    gss.releaseCredential(credential);
  };
  try {
    name = await told(() => gss.serverName(...serverNameOf(target), signal));
  } catch (error) {
    release();
    throw error;
  }
  return {
    get account() {
      return account;
    },
    get isServerProven() {
      return complete;
    },
    next: (answer) =>
      told(async () => {
        if (complete) return undefined;
        const given = { credential, name, context, answer, binding: target.binding, signal };
        // Should it fail, the context is released there.
        context = null;
        const step = gss.step(given);
        under = step.catch(() => undefined);
        const done = await step;
        ({ context, complete } = done);
        if (account === undefined) {
          const asked = gss.accountOf(credential, signal);
          under = asked.catch(() => undefined);
          account = await asked;
        }
        return done.token.length === 0 ? undefined : done.token;
      }),
    // A login may be given up while a step of it is under way.
    end: () => void under.then(() => setImmediate(release)),
  };
}

/**
 * MIT Kerberos makes a host's name canonical as krb5.conf says, finds its realm, and leaves the port as it is. What the
 * setting names is taken as it is.
 */
function serverNameOf({ host, port, spn }: NegotiationTarget): [text: string, kind: 'host' | 'principal'] {
  if (spn !== undefined) return [spn, 'principal'];
  const [service = '', rest = ''] = principalOf(host, port).split('/');
  return [`${service}@${rest}`, 'host'];
}
