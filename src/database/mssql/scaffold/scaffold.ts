import { compilerFor, type Scaffold } from '../../scaffold/scaffold.js';
import { bracketed } from '../script-parts.js';
import { mssqlTableFacts } from './facts.js';
import { mssqlForms } from './forms.js';
import { insertTrigger } from './insert-trigger.js';
import { mssqlDrop, mssqlHostObjects, mssqlMarked, mssqlOwnership, mssqlScript } from './objects.js';
import { TriggerRowsMssql } from './trigger-rows.js';
import { updateTrigger } from './update-trigger.js';
import { mssqlViews } from './views.js';

export const mssqlScaffold: Scaffold = {
  forms: mssqlForms,
  facts: mssqlTableFacts,
  statements(binding, facts, schema) {
    const compiler = () => compilerFor(binding, facts, mssqlForms);
    const own = bracketed(schema);
    return [
      ...mssqlViews(binding, compiler(), own),
      insertTrigger(new TriggerRowsMssql(binding, compiler()), own),
      updateTrigger(new TriggerRowsMssql(binding, compiler()), own),
    ];
  },
  begin: [],
  marked: mssqlMarked,
  existing: mssqlHostObjects,
  drop: mssqlDrop,
  handOver: () => [],
  ownership: mssqlOwnership,
  actAs: async () => undefined,
  script: mssqlScript,
};
