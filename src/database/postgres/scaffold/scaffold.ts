import { compilerFor, type Scaffold } from '../../scaffold/scaffold.js';
import { postgresTableFacts } from './facts.js';
import { postgresForms, quotedPostgres } from './forms.js';
import {
  POSTGRES_PATH,
  postgresActAs,
  postgresDrop,
  postgresHandOver,
  postgresHostObjects,
  postgresMarked,
  postgresOwnership,
  postgresScript,
} from './objects.js';
import { postgresTrigger } from './trigger.js';
import { postgresViews } from './views.js';

export const postgresScaffold: Scaffold = {
  forms: postgresForms,
  facts: postgresTableFacts,
  statements(binding, facts, schema) {
    const compiler = () => compilerFor(binding, facts, postgresForms);
    const own = quotedPostgres(schema);
    return [
      ...Object.values(postgresViews(binding, compiler(), own)),
      ...postgresTrigger(binding, compiler(), own),
    ];
  },
  begin: [POSTGRES_PATH],
  marked: postgresMarked,
  existing: postgresHostObjects,
  drop: postgresDrop,
  handOver: postgresHandOver,
  ownership: postgresOwnership,
  actAs: postgresActAs,
  script: postgresScript,
};
