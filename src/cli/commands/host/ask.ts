import { resolve } from 'node:path';
import { type Analysis, ScaffoldAnalysis } from '../../../core/scaffold/analyse.js';
import { type GivenAnswer, parseAnswer } from '../../../core/scaffold/answers.js';
import type { Choice, Proposal, Question } from '../../../core/scaffold/proposal.js';
import { readTextFile } from '../../../files/text-file.js';
import { configurationProblem, usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { nearest } from '../../nearest.js';
import type { OptionSpec } from '../../option.js';
import type { Column } from '../../output/column.js';

export interface AskOptions {
  answer?: GivenAnswer[];
  accept?: boolean;
  known?: boolean;
}

export const ASK_OPTIONS: readonly OptionSpec[] = [
  {
    flags: '--answer <name=value...>',
    description: 'answer a question: the value of a choice, JSON as in the binding file, or @FILE',
    parse: parseAnswer,
  },
  { flags: '--accept', description: 'take everything that is sure or likely' },
  { flags: '--no-known', description: 'do not use binding files of known applications' },
];

/**
 * Finds out where the application keeps its users: from the database, from answers given, and from a person where there
 * is one to be asked. Changes nothing.
 */
export async function analysed(
  { answer = [], accept = false }: AskOptions,
  context: Context,
): Promise<Analysis & { accepted: boolean }> {
  const { clock, actor } = context.world;
  const now = clock();
  const scaffold = await ScaffoldAnalysis.begin(await context.database(), {
    now,
    declared: { by: actor, at: now.toISOString().slice(0, 10) },
    nearest,
  });
  const given = await withFiles(answer, context);
  let analysis = await scaffold.analyse(given);
  for (const line of analysis.unseen) context.talk.warn(line);
  if (!context.prompts.available || context.output.format === 'json')
    return { ...analysis, accepted: accept };
  for (;;) {
    const question = analysis.questions.find(({ name }) => analysis.open.includes(name));
    if (!question) break;
    const proposal = analysis.proposals.find(({ name }) => name === question.name);
    given.push(await askOne(question, proposal, context));
    analysis = await scaffold.analyse(given);
  }
  return { ...analysis, accepted: accept || (await confirmed(analysis, context)) };
}

/** `@FILE` is what the file holds. @throws Problem `answer-unreadable`. */
async function withFiles(answers: readonly GivenAnswer[], { world }: Context): Promise<GivenAnswer[]> {
  return Promise.all(
    answers.map(async ({ name, text }) => {
      if (!text.startsWith('@')) return { name, text };
      const file = text.slice(1);
      try {
        return { name, text: (await readTextFile(resolve(world.cwd, file))).trim() };
      } catch (error) {
        throw configurationProblem(
          'answer-unreadable',
          `The file ${file} with the answer ${name} cannot be read.`,
          {
            hint: 'Correct the path after the @.',
            cause: error,
          },
        );
      }
    }),
  );
}

const OTHER = Symbol('another answer');

/** One question at the terminal, with what speaks for each choice. */
async function askOne(
  question: Question,
  proposal: Proposal | undefined,
  context: Context,
): Promise<GivenAnswer> {
  const { prompts, talk } = context;
  const { name } = question;
  const parts = proposal?.parts ?? [];
  talk.note(`\n${question.question}\n  ${question.evidence}`);
  const chosen = await prompts.choose<unknown>(
    question.question,
    [
      ...question.choices.map(({ value, evidence }) => ({ name: evidence, value })),
      ...(parts.length > 1 ? [{ name: 'Decide each by itself', value: parts }] : []),
      { name: 'Another answer', value: OTHER, description: 'JSON as the binding file holds it' },
    ],
    question.choices.find(({ value }) => JSON.stringify(value) === JSON.stringify(proposal?.value))?.value,
  );
  if (chosen === parts && parts.length > 1) return { name, text: asText(await decided(parts, context)) };
  if (chosen === OTHER)
    return {
      name,
      text: await prompts.text(`${name}:`, { check: (text) => text.trim() !== '' || 'An answer is needed.' }),
    };
  if (name === 'providers' && chosen === 'declared:SAML') {
    const provider = await prompts.text('Name of the SAML provider:', {
      initial: 'SAML',
      check: (text) => text.trim() !== '' || 'A name is needed.',
    });
    return { name, text: `declared:${provider.trim()}` };
  }
  return { name, text: asText(chosen) };
}

/** Each condition by itself. */
async function decided(parts: readonly Choice[], { prompts }: Context): Promise<unknown> {
  const taken: unknown[] = [];
  for (const { value, evidence } of parts)
    if (await prompts.yesNo(`Only rows where ${evidence}?`)) taken.push(value);
  if (taken.length === 0) return 'all';
  return taken.length === 1 ? taken[0] : { all: taken };
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

async function confirmed(analysis: Analysis, context: Context): Promise<boolean> {
  if (analysis.unconfirmed.length === 0) return true;
  await printProposals(
    analysis.proposals.filter(({ name }) => analysis.unconfirmed.includes(name)),
    context,
  );
  if (await context.prompts.yesNo(`Take these ${analysis.unconfirmed.length} proposals?`)) return true;
  throw usageProblem('declined', 'The proposals were not taken.', {
    hint: 'Answer the wrong ones with --answer NAME=VALUE. Nothing was changed.',
  });
}

const COLUMNS: Column<ShownProposal>[] = [
  { key: 'name', label: 'NAME', whole: true },
  { key: 'certainty', label: 'CERTAINTY' },
  { key: 'value', label: 'VALUE' },
  { key: 'evidence', label: 'EVIDENCE' },
];

interface ShownProposal {
  name: string;
  certainty: string;
  value: string;
  evidence: string;
}

/** The proposals as a table. */
export const printProposals = (proposals: readonly Proposal[], { output }: Context): Promise<void> =>
  output.list(
    proposals.map(({ name, certainty, value, evidence }) => ({
      name,
      certainty,
      value: asText(value),
      evidence,
    })),
    COLUMNS,
    'Nothing is proposed.',
  );

/** What the JSON document holds of a proposal: not what it offers, which the questions have. */
export const shownProposals = (proposals: readonly Proposal[]) =>
  proposals.map(({ name, value, certainty, evidence }) => ({ name, value, certainty, evidence }));
