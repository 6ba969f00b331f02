import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AdviceCase, Attempt, Scene, Stage } from '../advice-case.js';

/** A database with the tables of an application, and without host views at the beginning. */
export interface BindingScene extends Scene {
  query(sql: string): Promise<unknown>;
}

const query = (stage: Stage, sql: string) => (stage as Stage & BindingScene).query(sql);

/** The tables: `kind` is required, and every person has the same. */
export const APPLICATION = [
  'create table public.members (id integer generated always as identity primary key, email varchar(100) not null unique, full_name varchar(80) not null, kind varchar(10) not null, is_active boolean not null)',
  ...['anna', 'bela', 'carla', 'dmitri'].map(
    (name, at) =>
      `insert into public.members (email, full_name, kind, is_active) values ('${name}@people.example', '${name} Example', 'staff', ${at < 3})`,
  ),
];

const answering = (...answers: string[]) => answers.flatMap((answer) => ['--answer', answer]);
const ANSWERS = answering('providers=declared:Entra', 'users.protected=none', 'users.where=all');
const ACCEPTED = ['host', 'scaffold', '--accept', ...ANSWERS];
const BOUND = ['host', 'scaffold', '--binding', 'b.json'];

interface Written {
  users: Record<string, unknown>;
}

/** The binding that the questions lead to. */
const right = async (stage: Stage): Promise<Written> =>
  (await stage.run<{ binding: Written }>(ACCEPTED)).binding;

const write = (stage: Stage, text: string) => writeFile(join(stage.directory, 'b.json'), text);

/** A binding file with a mistake; whoever follows the hint writes what is right. */
const mistaken = (
  code: string,
  mistake: (users: Written['users']) => Record<string, unknown>,
  says: RegExp,
): AdviceCase => ({
  code,
  given: async (stage) => {
    const binding = await right(stage);
    await write(
      stage,
      JSON.stringify({ ...binding, users: { ...binding.users, ...mistake(binding.users) } }),
    );
  },
  words: BOUND,
  says,
  follow: async (_, stage) => write(stage, JSON.stringify(await right(stage))),
});

/** A word that is not understood, and what the hint says instead. */
const corrected = (wrong: string, right: string): Pick<AdviceCase, 'words' | 'follow'> => ({
  words: [...ACCEPTED, ...answering(wrong)],
  follow: (): Partial<Attempt> => ({ words: [...ACCEPTED, ...answering(right)] }),
});

const unitsBinding = (more: object) => ({
  format: 1,
  users: {
    table: 'public.units',
    login: { read: { column: 'label' } },
    displayName: { read: { column: 'label' }, write: false },
    enabled: { yes: { column: 'is_open', in: [true] }, no: { column: 'is_open', in: [false] } },
    insert: { branch: { constant: 2 } },
    enable: { is_open: { constant: true } },
    disable: { is_open: { constant: false } },
    ...more,
  },
  providers: { declared: { name: 'Entra' } },
  seats: { none: {} },
});

/** What is said about answers and bindings, then about views; in this order, since all share the database. */
export const BINDING: AdviceCase[] = [
  {
    code: 'answer-invalid',
    ...corrected('users.login-rule', 'users.login-rule=email'),
    says: /Write --answer users\.login-rule=email/,
  },
  {
    code: 'answer-unknown',
    ...corrected('users.logn-rule=email', 'users.login-rule=email'),
    says: /login-rule/,
  },
  {
    code: 'answer-unreadable',
    words: [...ACCEPTED, ...answering('users.login=@login.json')],
    says: /Correct the path/,
    follow: (_, { directory }) => writeFile(join(directory, 'login.json'), '{"read":{"column":"email"}}'),
  },
  {
    code: 'questions-open',
    words: ['host', 'scaffold', '--accept', '--out', 'views.sql'],
    says: /--answer users\.protected=… --answer providers=…|--answer providers=…/,
    follow: () => ({ words: [...ACCEPTED, '--out', 'views.sql'] }),
  },
  {
    code: 'proposals-unconfirmed',
    words: ['host', 'scaffold', ...ANSWERS, '--out', 'views.sql'],
    says: /add --accept/,
    follow: () => ({ words: [...ACCEPTED, '--out', 'views.sql'] }),
  },
  {
    code: 'binding-unreadable',
    words: BOUND,
    follow: async (_, stage) => write(stage, JSON.stringify(await right(stage))),
  },
  {
    code: 'binding-invalid',
    given: (stage) => write(stage, '{}'),
    words: BOUND,
    says: /Correct these places/,
    follow: async (_, stage) => write(stage, JSON.stringify(await right(stage))),
  },
  mistaken(
    'binding-unknown-column',
    () => ({ displayName: { read: { column: 'name' } } }),
    /Correct the name/,
  ),
  mistaken('binding-unknown-table', () => ({ table: 'public.people' }), /Correct the name/),
  mistaken('binding-incomplete', () => ({ insert: {} }), /Add them to `insert`/),
  mistaken(
    'binding-contradicts',
    ({ insert }) => ({ insert: { ...(insert as object), kind: { field: 'givenName' } } }),
    /Add `users\.givenName`/,
  ),
  {
    code: 'host-key-shared',
    given: async (stage) => {
      await query(
        stage,
        `create table public.units (branch integer not null, id integer generated by default as identity (start with 100), label varchar(80) not null,
           is_open boolean not null, primary key (branch, id));
         insert into public.units (branch, id, label, is_open) values (1, 1, 'a', true), (2, 1, 'b', true)`,
      );
      await write(stage, JSON.stringify(unitsBinding({ key: { column: 'id', made: 'database' } })));
    },
    words: [...BOUND, '--apply'],
    says: /tie each to one value in `users\.where`, and name it in `users\.key\.with`/,
    follow: (_, stage) =>
      write(
        stage,
        JSON.stringify(
          unitsBinding({
            key: { column: 'id', with: ['branch'], made: 'database' },
            where: { column: 'branch', in: [2] },
          }),
        ),
      ),
  },
  {
    code: 'host-rehearsal-failed',
    given: (stage) =>
      query(
        stage,
        `create function public.only_here() returns trigger language plpgsql as $$ begin raise 'accounts are made in the application'; end $$;
         create trigger only_here before insert on public.members for each row execute function public.only_here()`,
      ).then(() => ({ words: [...ACCEPTED, '--apply'] })),
    says: /Correct the binding/,
    follow: () => ({ words: [...ACCEPTED, '--apply', ...answering('users.create=enable-only')] }),
  },
  {
    code: 'host-in-use',
    given: async (stage) => void (await stage.run('idp add entra')),
    words: 'host remove --yes',
    fill: { NAME: 'entra' },
  },
  {
    code: 'host-views-exist',
    given: async (stage) => {
      await query(stage, 'drop trigger only_here on public.members');
      await query(
        stage,
        "create view scim.host_licence as select 'Dedicated' as licence_type, 1 as assign_order, 5 as seats_total, 0 as seats_used",
      );
    },
    words: [...ACCEPTED, '--apply'],
    says: /Add --replace/,
    follow: () => ({ words: [...ACCEPTED, '--apply', '--replace'] }),
  },
];
