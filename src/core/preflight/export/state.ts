import type { Kind, Named } from './kind-of-export.js';

/** A column that says whether a user is active. */
export interface StateColumn {
  at: number;
  name: string;
  /** Undefined if the value does not say so. */
  isActive(value: string): boolean | undefined;
}

type Names = ReadonlyMap<string, Named>;

/** True, or a word for it, means active. The preferred names first. */
const STRAIGHT = [
  ...['accountenabled', 'active', 'isactive', 'enabled', 'isenabled'],
  ...[
    'oktauserstatus',
    'userstatus',
    'userstate',
    'accountstatus',
    'signinstatus',
    'signinallowed',
    'status',
  ],
];

/** `Sign-in enabled`, `Account active`, `Is user enabled`. */
const STRAIGHT_TOO = /^(is)?(account|user|login|signin|access)(is)?(enabled|active|allowed)$/;

/** True, or a word for it, means that the user is not active. */
const INVERTED = new RegExp(
  `^(${[
    'block(credentials?|signin.*|login)',
    '(is)?(account|user|login|signin|access)?(is)?(blocked|suspended|archived|disabled|inactive|deactivated|deprovisioned|terminated)',
    '(is)?(account|user|login|signin|access)?(is)?not(active|enabled|allowed)',
    'msdsuseraccountdisabled',
  ].join('|')})$`,
);

/**
 * The columns of state; the first one decides.
 * @param others columns with the same name as an earlier one.
 */
export function stateColumns(names: Names, others: readonly Named[], kind: Kind): StateColumn[] {
  const columns: StateColumn[] = [];
  const add = (column: Named | undefined, isActive: StateColumn['isActive']) => {
    if (column) columns.push({ at: column.at, name: column.name, isActive });
  };
  const [straight] = straightOnes(names);
  if (straight) add(straight, readingOf(straight.name, kind));
  // In exports of JumpCloud and OneLogin; elsewhere it is a part of the postal address.
  if (kind === 'JumpCloud') add(names.get('state'), saysYes);
  if (kind === 'OneLogin') add(names.get('state'), (value) => (value === '' ? undefined : value === '1'));
  for (const column of [...names.values(), ...others]) {
    if (INVERTED.test(column.plain)) add(column, inverted);
  }
  add(names.get('useraccountcontrol'), isEnabledByControl);
  return columns;
}

/**
 * Columns that look as if they said the same as the first column of state, but do not decide: `status` may mean that of
 * an employment or an invoice. Where they say the opposite, the report names them.
 */
export function otherStateColumns(names: Names, others: readonly Named[], kind: Kind): StateColumn[] {
  const straight = straightOnes(names);
  const known = straight.map(({ plain }) => plain);
  const twins = others.filter(({ plain }) => known.includes(plain));
  return [...straight.slice(1), ...twins].map(({ at, name }) => ({
    ...{ at, name },
    isActive: readingOf(name, kind),
  }));
}

function straightOnes(names: Names): Named[] {
  const known = STRAIGHT.flatMap((name) => names.get(name) ?? []);
  return [
    ...known,
    ...[...names.values()].filter(({ plain }) => STRAIGHT_TOO.test(plain) && !STRAIGHT.includes(plain)),
  ];
}

function readingOf(header: string, kind: Kind): StateColumn['isActive'] {
  if (kind === 'OneLogin') return (value) => ONELOGIN[value] ?? saysYes(value);
  const label = /^(.*)\[accountEnabled\]/i.exec(header)?.[1]?.trim();
  if (label === undefined || label === '') return saysYes;
  // A column of Entra's bulk template: `Block sign in (Yes/No) [accountEnabled] Required`, whatever its language.
  return /enabled|active/i.test(label) ? saysYes : inverted;
}

function inverted(value: string): boolean | undefined {
  const answer = saysYes(value);
  return answer === undefined ? undefined : !answer;
}

/** Bit 2 of userAccountControl is ACCOUNTDISABLE ([MS-ADTS] 2.2.16). */
function isEnabledByControl(value: string): boolean | undefined {
  return /^\d{1,10}$/.test(value) ? (Number(value) & 2) === 0 : undefined;
}

function saysYes(value: string): boolean | undefined {
  const word = value.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  if (YES.has(word)) return true;
  return NO.has(word) ? false : undefined;
}

const YES = new Set([
  ...['true', 'yes', 'y', 't', '1', 'on', 'enabled', 'allowed', 'signinallowed'],
  // Okta provisions users in these states. The later names are those of its console.
  ...['active', 'provisioned', 'recovery', 'lockedout', 'passwordexpired'],
  ...['pendinguseraction', 'passwordreset', 'locked'],
  // OneLogin's reports, and JumpCloud.
  ...['awaitingpasswordreset', 'passwordpending', 'securityquestionsrequired', 'activated'],
  // Spreadsheets translate true when they save the file: German, French, Spanish, Italian, Portuguese, Dutch,
  // Polish, Czech, Swedish, Danish, Norwegian, Finnish, Russian. Entra's templates translate yes.
  ...['wahr', 'vrai', 'verdadero', 'vero', 'verdadeiro', 'waar', 'prawda', 'pravda', 'sant', 'sand', 'sann'],
  ...['tosi', 'истина', 'ja', 'oui', 'sí', 'si', 'sim', 'tak', 'ano', 'kyllä', 'да', 'はい', '是'],
]);

const NO = new Set([
  ...['false', 'no', 'n', 'f', '0', 'off', 'disabled', 'blocked', 'signinblocked', 'inactive'],
  ...['staged', 'suspended', 'deprovisioned', 'deactivated'],
  ...['archived', 'deleted', 'unactivated', 'unapproved', 'rejected', 'unlicensed'],
  ...[
    'falsch',
    'faux',
    'falso',
    'onwaar',
    'fałsz',
    'nepravda',
    'falskt',
    'falsk',
    'usann',
    'epätosi',
    'ложь',
  ],
  ...['nein', 'non', 'não', 'nee', 'nie', 'ne', 'nej', 'nei', 'ei', 'нет', 'いいえ', '否'],
]);

/** `status` of OneLogin's API. Only 1 can sign in; 3 to 8 are temporary states of an active user. */
const ONELOGIN: Readonly<Record<string, boolean>> = {
  ...{ 0: false, 1: true, 2: false },
  ...{ 3: true, 4: true, 5: true, 7: true, 8: true },
};
