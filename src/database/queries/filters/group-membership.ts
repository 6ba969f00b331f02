import type { Session } from '../../database.js';
import { raw, sql } from '../../sql/fragment.js';
import { ownTable } from '../rows.js';
import type { SpacedNames } from '../spaced-names.js';
import { partOf } from './json-attributes.js';
import type { Elements, Operand } from './operand.js';

/** The groups a user (`i`) is in. */
export function groupsOfUser(session: Session, spaced?: SpacedNames['groups']): Elements {
  const operands: Record<string, Operand> = {
    value: { kind: 'id', column: 'm.group_id' },
    display: {
      kind: 'text',
      text: raw('mg.display_name'),
      caseExact: false,
      folded: session.dialect.search.ownFolded('mg.display_name'),
      spaced,
    },
    type: { kind: 'constant', value: 'direct' },
  };
  return {
    some: (condition) => {
      const holds = condition(
        (attribute) => operands[partOf(['groups'], attribute) ?? 'value'] ?? { kind: 'none' },
      );
      return sql`exists (select 1 from ${raw(ownTable(session, 'idp_group_member'))} m join ${raw(ownTable(session, 'idp_group'))} mg on mg.group_id = m.group_id where m.identity_id = i.identity_id and ${holds})`;
    },
  };
}
