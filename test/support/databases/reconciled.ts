import type { Core } from '../../../src/core/core.js';
import type { Person } from '../../../src/core/preflight/people.js';
import { type Marked, markFindings } from '../../../src/core/users/reconcile/mark.js';
import { type Finding, type Reconciliation, reconcile } from '../../../src/core/users/reconcile/reconcile.js';

/** A user of an IdP's own list, and whether the list says that the user is active. */
export interface ListedPerson {
  userName: string;
  externalId?: string | null;
  email?: string | null;
  active?: boolean;
}

/** Compares a list of an IdP with the accounts. */
export async function compared(
  core: Core,
  idp: { id: string; name: string },
  list: readonly ListedPerson[],
): Promise<{ summary: Reconciliation; findings: Finding[] }> {
  const findings: Finding[] = [];
  const summary = await reconcile(core, idp, pageOf(list), { keep: (finding) => findings.push(finding) });
  return { summary, findings };
}

/** The same, and marks what was found. */
export async function reconciled(
  core: Core,
  idp: { id: string; name: string },
  list: readonly ListedPerson[],
): Promise<Marked & { summary: Reconciliation; findings: Finding[] }> {
  const { summary, findings } = await compared(core, idp, list);
  return { summary, findings, ...(await markFindings(core, idp, inOnePage(findings))) };
}

async function* inOnePage<T>(all: readonly T[]): AsyncGenerator<readonly T[]> {
  yield all;
}

const pageOf = (list: readonly ListedPerson[]) =>
  inOnePage(
    list.map(
      ({ userName, externalId = null, email = null, active = true }, at): Person => ({
        at,
        profile: {
          ...{ userName, externalId, email, active, displayName: null, givenName: null, familyName: null },
          attributes: {},
        },
      }),
    ),
  );
