import { describeSettings } from '../../../database/settings/describe.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { padTo } from '../../output/width.js';
import { wrapped } from '../../output/wrap.js';
import type { InitAnswers } from './answers.js';
import type { Connected } from './connection/connector.js';
import { KIND_NAMES } from './idp.js';
import type { InitPlan } from './plan.js';

type Line = [label: string, text: string];

/**
 * Shows all that would be done, and goes on only where a person says so. Where nothing was asked, nothing is shown
 * either: then the flags are the answer.
 * @throws Problem `declined`.
 */
export async function confirmPlan(
  connected: Connected,
  plan: InitPlan,
  { interview }: InitAnswers,
  context: Context,
): Promise<void> {
  const answered = interview.answers();
  if (answered.length === 0) return;
  const summary = summaryOf(connected, plan, context.world.clock());
  for (const line of rendered(summary, context.world.stdout.columns || 80)) context.talk.note(line);
  const next = await interview.chooseNow({ label: 'Summary', question: 'Apply these changes?' }, [
    { name: 'Yes', value: 'go' as const },
    { name: 'Change something', value: 'change' as const },
    { name: 'Stop', value: 'stop' as const, description: 'change nothing' },
  ]);
  if (next === 'go') return;
  if (next === 'stop') {
    throw usageProblem('declined', 'Stopped before anything was changed.', {
      hint: 'Run `scimctl init` again to start over.',
    });
  }
  const label = await interview.chooseNow(
    { label: 'Change', question: 'What do you want to change?' },
    [
      ...answered.map(({ label: name, shown }) => ({ name: `${name}: ${shown}`, value: name })),
      { name: 'Back to the summary', value: '' },
    ],
    { goesBack: false },
  );
  return label === '' ? interview.replay() : interview.change(label);
}

/** What will be done, under a word each. */
function summaryOf({ connection, exists }: Connected, plan: InitPlan, now: Date): Line[] {
  const { found, config, migrate, host, hosting, idp, token, baseUrl } = plan;
  const pending = found.schema?.pending.map(({ version, name }) => `${version} ${name}`).join(', ');
  const files = [
    ...(exists ? [] : ['the directory of the database']),
    ...(config?.content ? [`${config.path} (the connection, without its password)`] : []),
    ...(token?.file ? [`${token.file} (the token; only you can read the file)`] : []),
  ];
  const lines: (Line | false)[] = [
    ['Database', describeSettings(connection)],
    ['Schema', migrate ? `install ${pending ?? 'everything'}` : schemaAsIs(plan)],
    ['Host views', hostWords(host)],
    ['Installation', hosting],
    ['IdP', idpWords(plan)],
    idp !== undefined && ['Token', token ? tokenWords(token.expiresInMs, token.file, now) : 'none'],
    idp !== undefined && ['Base URL', baseUrl ?? 'not known yet'],
    ['Files', files.join('; ') || 'none'],
  ];
  return lines.filter((line): line is Line => line !== false);
}

const schemaAsIs = ({ found }: InitPlan) =>
  found.schema?.state === 'current' ? 'current' : 'left to a DBA; the rest of the set-up must wait';

function hostWords(host: InitPlan['host']): string {
  if (host === 'reference') return 'install the sample application';
  if (host === 'skip') return 'missing; continue without';
  return host === 'stop' ? 'missing; stop' : 'bound';
}

function idpWords({ idp }: InitPlan): string {
  if (!idp) return 'none';
  if (idp.existing) return `${idp.name}, exists already, unchanged`;
  const leavers =
    idp.deprovisionPolicy === 'disable'
      ? 'leavers are disabled immediately'
      : 'an administrator disables leavers';
  return `add ${idp.name} (${KIND_NAMES[idp.kind]}); ${leavers}`;
}

function tokenWords(expiresInMs: number | null, file: string | undefined, now: Date): string {
  const end =
    expiresInMs === null
      ? 'it never expires'
      : `it expires on ${new Date(now.getTime() + expiresInMs).toISOString().slice(0, 10)}`;
  return `create one; ${end}; ${file ? `written to ${file}` : 'shown once'}`;
}

/** In lines of the terminal, with what is said of a thing beside its name; below it, where there is no room. */
function rendered(lines: readonly Line[], columns: number): string[] {
  const isNarrow = columns < NARROW;
  const width = isNarrow ? 2 : Math.max(...lines.map(([label]) => label.length)) + 2;
  const below = (part: string) => `  ${' '.repeat(width)}${part}`;
  const parts = lines.flatMap(([label, text]) => {
    const [first = '', ...more] = wrapped(text, columns - width - 3);
    const head = isNarrow ? [`  ${label}`, below(first)] : [`  ${padTo(label, width)}${first}`];
    return [...head, ...more.map(below)];
  });
  return ['', 'Summary', '', ...parts, ''];
}

/** Fewer columns than this leave no room for two beside each other. */
const NARROW = 60;
