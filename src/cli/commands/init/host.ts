import { installReference } from '../../../core/host/install-reference.js';
import { markHosting } from '../../../core/host/installation.js';
import type { HostView } from '../../../database/queries/host/host-views.js';
import { prerequisiteProblem } from '../../../problem.js';
import { HOST_VIEWS } from '../../../words/host-views.js';
import type { Hosting } from '../../../words/installation.js';
import type { Context } from '../../context.js';
import type { PromptChoice } from '../../input/prompts.js';
import type { InitAnswers } from './answers.js';
import type { HostChoice, InitFlags } from './flags.js';
import { type FoundBefore, isBound } from './found.js';

const CHOICES: PromptChoice<HostChoice>[] = [
  {
    name: 'Stop',
    value: 'stop',
    description: 'run `scimctl host scaffold --apply` with the login of a DBA; then run this again',
  },
  {
    name: 'Install the sample application',
    value: 'reference',
    description: 'to try it out; not for production',
  },
  { name: 'Continue without', value: 'skip', description: 'you can add an IdP when the views exist' },
];

/** Asks what to do about host views that are missing; nothing where they are bound. */
export async function askHost(
  found: FoundBefore,
  flags: InitFlags,
  answers: InitAnswers,
): Promise<HostChoice | undefined> {
  if (isBound(found)) return undefined;
  const question = {
    label: 'Host views',
    question: 'The host views are missing. What next?',
    intro: describeMissing(found.hostViews),
  };
  return answers.take({
    what: 'what to do about missing host views',
    flag: '--host',
    given: flags.host,
    ask: () => answers.interview.choose(question, CHOICES, 'stop'),
  });
}

/** Asks what the installation is, the first time. */
export async function askHosting(
  found: FoundBefore,
  flags: InitFlags,
  answers: InitAnswers,
): Promise<Hosting> {
  if (flags.hosting !== undefined) return flags.hosting;
  if (!answers.interactive || found.accounts.length > 0) return found.hosting;
  const choices: PromptChoice<Hosting>[] = [
    { name: 'On-premises', value: 'on-premises' },
    { name: 'Cloud-hosted', value: 'cloud', description: 'SCIM provisioning is refused' },
  ];
  const question = { label: 'Installation', question: 'Where does this installation run?' };
  return answers.interview.choose(question, choices, found.hosting);
}

/** @throws Problem `host-views-missing` where the choice was to stop, `host-exists`. */
export async function applyHost(context: Context, choice: HostChoice | undefined, found: FoundBefore) {
  const { talk } = context;
  if (choice === undefined) {
    talk.done('Host application: the host views exist.');
    return { bound: true, installed: false };
  }
  if (choice === 'reference') {
    const { installed } = await installReference(await context.core());
    talk.done(`Host application: sample ${installed ? 'installed' : 'already installed'}.`);
    return { bound: true, installed };
  }
  talk.note(describeMissing(found.hostViews).join('\n'));
  if (choice === 'skip') return { bound: false, installed: false };
  throw prerequisiteProblem('host-views-missing', 'The host views do not exist yet.', {
    hint: 'Run `scimctl host scaffold --apply` with the login of a DBA, then `scimctl init` again. It keeps what was set up so far.',
  });
}

export async function applyHosting(context: Context, hosting: Hosting) {
  await markHosting(await context.core(), hosting);
  context.talk.done(`Installation: ${hosting}.`);
}

/** What the DBA has to define, a line for each view that is not complete. */
function describeMissing(views: readonly HostView[]): string[] {
  const lines = Object.entries(HOST_VIEWS).flatMap(([name, { required, optional }]) => {
    const view = views.find((each) => each.name === name);
    if (view?.exists && view.missing.length === 0) return [];
    if (view?.exists) return [`  ${name} lacks ${view.missing.join(', ')}`];
    const more = optional.length > 0 ? `; optional: ${optional.join(', ')}` : '';
    return [`  ${name} with ${required.join(', ')}${more}`];
  });
  return [
    'Host views that are missing in the schema of scimctl (`scimctl host scaffold` makes them):',
    ...lines,
  ];
}
