import type { Binding, Declared } from '../../binding/binding.js';
import type { Database } from '../../database/database.js';
import { usageProblem } from '../../problem.js';
import { answerOf, type GivenAnswer, type Nearest } from './answers.js';
import { composeBinding } from './compose.js';
import { Exploration } from './explore.js';
import type { HostFacts, TableFacts } from './facts.js';
import { type GatheredFacts, NOTHING_GATHERED } from './gathered.js';
import { proposeUsersTable, rankedCandidates } from './people/users-table.js';
import type { Proposal, Question } from './proposal.js';
import { proposeAll, proposeRoles } from './propose.js';

/** What the database shows, what is asked, and what comes of it. */
export interface Analysis {
  /** Absent where something has to be answered first. */
  binding?: Binding;
  proposals: Proposal[];
  /** All of them, answered or not. */
  questions: Question[];
  /** Those without an answer, by name. */
  open: string[];
  /** Proposals that somebody has to accept: those that are likely and were not answered. */
  unconfirmed: string[];
  /** What this login cannot see. */
  unseen: readonly string[];
}

/** Who declares what no table says: `providers`, `seats`. */
export interface AnalysisParts {
  now: Date;
  declared: Declared;
  nearest: Nearest;
}

/**
 * Goes from an unknown database to a binding, answer by answer. Reads the database once for each table of people.
 */
export class ScaffoldAnalysis {
  private readonly counted = new Map<string, Promise<GatheredFacts>>();
  private constructor(
    private readonly exploration: Exploration,
    private readonly parts: AnalysisParts,
  ) {}

  static async begin(database: Database, parts: AnalysisParts): Promise<ScaffoldAnalysis> {
    return new ScaffoldAnalysis(await Exploration.begin(database, parts.now), parts);
  }

  /** @throws Problem `answer-unknown`, `answer-invalid`. */
  async analyse(given: readonly GivenAnswer[]): Promise<Analysis> {
    const { nearest, declared } = this.parts;
    const first = await this.exploration.candidates();
    const table = proposeUsersTable(rankedCandidates(first.tables));
    const answers = new Map<string, unknown>();
    for (const answer of given.filter(({ name }) => name === 'users.table')) {
      const { value } = answerOf(answer, { facts: first, users: undefined, proposals: [table], nearest });
      answers.set('users.table', value);
    }
    const chosen = answers.get('users.table') ?? (table.certainty === 'ask' ? undefined : table.value);
    const users = first.tables.find(({ id }) => id === chosen);
    if (!users) {
      return { proposals: [table], ...asked([table], answers), unseen: first.unseen };
    }
    const facts = await this.exploration.around(users);
    const known = facts.tables.find(({ id }) => id === users.id) ?? users;
    const proposals = [table, ...(await this.proposals(known, facts, answers, given))];
    return {
      binding: composeBinding(known, facts, proposals, answers, declared),
      proposals,
      ...asked(proposals, answers),
      unseen: facts.unseen,
    };
  }

  /** Later proposals rest on earlier answers, and answers are understood by proposals: so twice. */
  private async proposals(
    users: TableFacts,
    facts: HostFacts,
    answers: Map<string, unknown>,
    given: readonly GivenAnswer[],
  ): Promise<Proposal[]> {
    const { nearest } = this.parts;
    const others = given.filter(({ name }) => name !== 'users.table');
    let proposals: Proposal[] = [];
    for (let round = 0; round < 2; round++) {
      const roles = proposeRoles(users, facts, answers, NOTHING_GATHERED);
      const key = JSON.stringify([users.id, roles.login, roles.email, roles.display, roles.where]);
      const gathering = this.counted.get(key) ?? this.exploration.gather(users, roles, roles.where);
      this.counted.set(key, gathering);
      proposals = proposeAll(users, facts, answers, await gathering);
      for (const answer of others) {
        const { name, value } = answerOf(answer, { facts, users, proposals, nearest });
        answers.set(name, value);
      }
      if (others.length === 0) break;
    }
    return proposals;
  }
}

function asked(
  proposals: readonly Proposal[],
  answers: ReadonlyMap<string, unknown>,
): Pick<Analysis, 'questions' | 'open' | 'unconfirmed'> {
  const questions = proposals
    .filter(({ certainty }) => certainty === 'ask')
    .map(
      ({ name, question = '', choices = [], evidence }): Question => ({
        name,
        question,
        choices,
        evidence,
        ...(answers.has(name) && { answer: answers.get(name) }),
      }),
    );
  return {
    questions,
    open: questions.filter(({ answer }) => answer === undefined).map(({ name }) => name),
    unconfirmed: proposals
      .filter(({ certainty, name }) => certainty === 'likely' && !answers.has(name))
      .map(({ name }) => name),
  };
}

/** @throws Problem `questions-open`, with what is to be added for each. */
export function assertAnswered({ open, questions, unconfirmed }: Analysis, accepted: boolean): void {
  const unanswered = questions.filter(({ name }) => open.includes(name));
  if (unanswered.length > 0) {
    throw usageProblem(
      'questions-open',
      `${unanswered.length === 1 ? 'One question has' : `${unanswered.length} questions have`} no answer: ${unanswered.map(({ name, question }) => `${name} (${question})`).join('; ')}`,
      {
        hint: `Add ${unanswered.map(({ name }) => `--answer ${name}=…`).join(' ')}. \`scimctl host scaffold -o json\` lists the choices.`,
      },
    );
  }
  if (!accepted && unconfirmed.length > 0) {
    throw usageProblem(
      'proposals-unconfirmed',
      `${unconfirmed.length} proposals are likely, and not certain.`,
      {
        hint: 'Review them with `scimctl host scaffold`, then add --accept.',
      },
    );
  }
}
