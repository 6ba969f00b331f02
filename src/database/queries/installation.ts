import type { Hosting, LoginRule } from '../../words/installation.js';
import type { Session } from '../database.js';
import { bind, own, ownTable } from './rows.js';

export async function readHosting(session: Session): Promise<Hosting> {
  const [row] = await own(session, 'installation').select('hosting');
  return row?.hosting ?? 'on-premises';
}

export async function writeHosting(session: Session, hosting: Hosting, at: Date): Promise<void> {
  await own(session, 'installation').update({ hosting, updated_at: bind(session, at) });
}

/** What the application's accounts are called, and whether they are created; for every IdP. */
export interface LoginRules {
  loginRule: LoginRule;
  /** Whether an account that is matched gets such a login in place of its own. */
  renamesOnMatch: boolean;
  /** Why no account is created, because the application does that itself; null where accounts are. */
  createReason: string | null;
}

export async function readLoginRules(session: Session): Promise<LoginRules> {
  const [row] = await own(session, 'installation').select('login_rule', 'renames_on_match', 'create_reason');
  return {
    loginRule: row?.login_rule ?? 'email',
    renamesOnMatch: row?.renames_on_match ?? true,
    createReason: row?.create_reason ?? null,
  };
}

export async function writeLoginRules(session: Session, rules: LoginRules, at: Date): Promise<void> {
  const columns = {
    login_rule: rules.loginRule,
    renames_on_match: rules.renamesOnMatch,
    create_reason: rules.createReason,
  };
  await own(session, 'installation').update({ ...columns, updated_at: bind(session, at) });
}

/** Of an installation where nobody has said otherwise. */
export const DEFAULT_LOGIN_RULES: LoginRules = {
  loginRule: 'email',
  renamesOnMatch: true,
  createReason: null,
};

/** The same as a statement of a script for a DBA to run. */
export function loginRulesStatement(session: Session, rules: LoginRules): string {
  const { loginRule, renamesOnMatch, createReason } = rules;
  const { literal, types } = session.dialect.scaffold.forms;
  const renames = literal(renamesOnMatch, types.boolean);
  return `update ${ownTable(session, 'installation')} set login_rule = '${loginRule}', renames_on_match = ${renames}, create_reason = ${literal(createReason, types.text)};`;
}

/** Where in the application people disable accounts, in its own words; null where they do it with this program. */
export async function readManualDisable(session: Session): Promise<string | null> {
  const [row] = await own(session, 'installation').select('manual_disable_in');
  return row?.manual_disable_in ?? null;
}

export async function writeManualDisable(session: Session, place: string | null, at: Date): Promise<void> {
  await own(session, 'installation').update({ manual_disable_in: place, updated_at: bind(session, at) });
}
