import type { Memory } from '../../../database/pool/memory.js';
import { countMembersUpTo } from '../../../database/queries/groups/group-members.js';
import type { Core } from '../../core.js';
import { isUuid } from '../../uuid.js';
import { MEMBERS_AT_ONCE } from './group.js';

/** So many changes that need all members of a large group are made at once in this process: each holds them in memory. */
const AT_ONCE = 2;

/** Those under way, and those that wait for them, of each database, by what all shares of its connections have. */
const lanes = new WeakMap<Memory, { inside: number; waiting: (() => void)[] }>();

/**
 * Makes a change that reads all members of a group; where they are many, it waits until few such changes are under way,
 * without a connection and before it holds any lock.
 */
export async function inTurnIfLarge<T>(core: Core, groupId: string, work: () => Promise<T>): Promise<T> {
  if (!(await isLarge(core, groupId))) return work();
  const { memory } = core.database;
  const lane = lanes.get(memory) ?? { inside: 0, waiting: [] };
  lanes.set(memory, lane);
  if (lane.inside < AT_ONCE) lane.inside++;
  else await new Promise<void>((resolve) => lane.waiting.push(resolve));
  try {
    return await work();
  } finally {
    const next = lane.waiting.shift();
    if (next) next();
    else lane.inside--;
  }
}

async function isLarge({ database }: Core, id: string): Promise<boolean> {
  if (!isUuid(id)) return false;
  const groupId = id.toLowerCase();
  const limit = MEMBERS_AT_ONCE + 1;
  const sizes = await database.read((session) => countMembersUpTo(session, [groupId], limit));
  return [...sizes.values()].some((size) => size === limit);
}
