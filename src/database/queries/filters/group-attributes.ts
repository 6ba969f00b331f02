import type { Session } from '../../database.js';
import { raw, sql } from '../../sql/fragment.js';
import { displayOf } from '../groups/group-members.js';
import { type HostUserShape, isHostUser } from '../host/host-user-shape.js';
import { ownTable } from '../rows.js';
import type { SpacedNames } from '../spaced-names.js';
import { VISIBLE } from '../users/users.js';
import { partOf } from './json-attributes.js';
import type { Attributes, Elements, Operand } from './operand.js';

/** The attributes of groups, in a query over `idp_group` as `g`. */
export function groupAttributes(
  session: Session,
  shape: HostUserShape,
  spaced?: SpacedNames['groups'],
): Attributes {
  const { ownFolded } = session.dialect.search;
  const own: Record<string, Operand> = {
    id: { kind: 'id', column: 'g.group_id' },
    externalId: { kind: 'text', text: raw('g.external_id'), caseExact: true, indexed: true },
    displayName: {
      kind: 'text',
      text: raw('g.display_name'),
      caseExact: false,
      folded: ownFolded('g.display_name'),
      indexed: true,
      spaced,
    },
    'meta/created': { kind: 'instant', column: 'g.created_at' },
    'meta/lastModified': { kind: 'instant', column: 'g.updated_at' },
  };
  return {
    operand(attribute) {
      if (attribute.path[0] !== 'members') return own[attribute.path.join('/')] ?? { kind: 'none' };
      return {
        kind: 'many',
        elements: membersOf(session, shape),
        operand: (element) => element(attribute),
      };
    },
    elements: ({ path }) => (path[0] === 'members' ? membersOf(session, shape) : undefined),
  };
}

function membersOf(session: Session, shape: HostUserShape): Elements {
  return {
    some: (condition) => {
      let readsHost = false;
      const holds = condition((attribute): Operand => {
        switch (partOf(['members'], attribute) ?? 'value') {
          case 'value':
            return { kind: 'id', column: 'm.identity_id' };
          case 'display':
            readsHost = true;
            return { kind: 'text', text: displayOf(session, shape), caseExact: false };
          case 'type':
            return { kind: 'constant', value: 'User' };
          default:
            return { kind: 'none' };
        }
      });
      const host = readsHost
        ? sql`left join ${raw(ownTable(session, 'host_user'))} h on ${raw(isHostUser(session, shape, 'i.host_user_id'))}`
        : raw('');
      return sql`exists (select 1 from ${raw(ownTable(session, 'idp_group_member'))} m join ${raw(ownTable(session, 'identity'))} i on i.identity_id = m.identity_id ${host} where m.group_id = g.group_id and ${raw(VISIBLE)} and ${holds})`;
    },
  };
}
