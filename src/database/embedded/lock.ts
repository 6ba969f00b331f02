import { randomUUID } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { renameOver } from '../../files/rename-over.js';
import { databaseInUse } from './problems.js';
import type { ProcessIdentity } from './process-identity.js';

/**
 * Who owns the directory. Node offers no kernel locks, so ownership is a chain of files `lock.1`, `lock.2`,
 * …: the owner is whoever made the highest. Taking over means making the next one, which the file system
 * lets only one process do; nothing that decides anything is ever deleted, so two processes that both
 * found a dead owner can never end up with one deleting the lock of the other.
 */
export interface LockRecord {
  owner: ProcessIdentity;
  /** Where the owner answers. */
  address: string;
  /** Tells this ownership from any other. */
  nonce: string;
  /** The owner has left and the database is closed. */
  released: boolean;
}

export interface DirectoryLock extends LockRecord {
  generation: number;
  file: string;
}

/** The highest lock, or undefined in a directory that nobody ever owned. */
export async function readLock(directory: string): Promise<DirectoryLock | undefined> {
  const patience = 100;
  for (let attempt = 1; ; attempt++) {
    const generation = (await generations(directory)).at(-1);
    if (generation === undefined) return undefined;
    const file = lockFile(directory, generation);
    const record = await readRecord(file);
    if (record) return { ...record, generation, file };
    // Gone, because a new owner has just tidied up; or half written, where the file system has no links.
    if (attempt >= patience) throw databaseInUse(`${file} cannot be read as a lock`, file);
    await sleep(50);
  }
}

/**
 * Makes the lock that follows `previous`. Undefined when another process was quicker: look again.
 * @throws NodeJS.ErrnoException when the directory cannot be written.
 */
export async function claimLock(
  directory: string,
  previous: DirectoryLock | undefined,
  claim: Pick<LockRecord, 'owner' | 'address'>,
): Promise<DirectoryLock | undefined> {
  const generation = (previous?.generation ?? 0) + 1;
  const file = lockFile(directory, generation);
  const record: LockRecord = { ...claim, nonce: randomUUID(), released: false };
  if (!(await createExclusively(directory, file, record))) return undefined;
  let owned = false;
  try {
    // A slow process may have made a number that others have long passed; then it owns nothing. Twice,
    // because a directory that changes while it is listed may hide a file.
    const highest = Math.max(...(await generations(directory)), ...(await generations(directory)));
    owned = highest === generation;
  } finally {
    if (!owned) await rm(file, { force: true });
  }
  if (!owned) return undefined;
  await removeOlder(directory, generation).catch(() => undefined);
  return { ...record, generation, file };
}

/** Says that the database is closed and the next process may have it. The file stays: it is the chain's end. */
export async function releaseLock(directory: string, lock: DirectoryLock): Promise<void> {
  const { generation: _generation, file, ...record } = lock;
  if ((await readRecord(file))?.nonce !== lock.nonce) return;
  const temporary = await writeTemporary(directory, { ...record, released: true }).catch(() => undefined);
  // A full disk, mostly. No lock at all says the same, and takes no room.
  if (temporary === undefined) return rm(file, { force: true });
  await renameOver(temporary, file, process.platform);
}

/** Whether a directory entry belongs to the lock; a trace that the directory is ours. */
export const isLockEntry = (name: string) => /^lock\.(\d+|[\da-f-]+\.tmp)$/.test(name);

const lockFile = (directory: string, generation: number) => join(directory, `lock.${generation}`);

/** In ascending order. */
async function generations(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names
    .flatMap((name) => /^lock\.(\d+)$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

async function readRecord(file: string): Promise<LockRecord | undefined> {
  try {
    const record = JSON.parse(await readFile(file, 'utf8')) as Partial<LockRecord> | null;
    return typeof record?.owner?.pid === 'number' && record.address ? (record as LockRecord) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** What a file system without hard links answers; for ERROR_INVALID_FUNCTION of Windows, Node.js says EISDIR. */
const WITHOUT_LINKS = ['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'EISDIR'];

/** Whole or not at all, and only where no such file is. */
async function createExclusively(directory: string, file: string, record: LockRecord): Promise<boolean> {
  const temporary = await writeTemporary(directory, record);
  try {
    await link(temporary, file);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ENOENT: a new owner has tidied up the temporary file.
    if (code === 'EEXIST' || code === 'ENOENT') return false;
    if (!code || !WITHOUT_LINKS.includes(code)) throw error;
    return await createUnlinked(file, record);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** For file systems without hard links (FAT, some network shares). */
async function createUnlinked(file: string, record: LockRecord): Promise<boolean> {
  try {
    await writeDurably(file, record);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function writeTemporary(directory: string, record: LockRecord): Promise<string> {
  const temporary = join(directory, `lock.${randomUUID()}.tmp`);
  try {
    await writeDurably(temporary, record);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  return temporary;
}

async function writeDurably(file: string, record: LockRecord): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(record)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** What stays behind decides nothing. */
async function removeOlder(directory: string, generation: number): Promise<void> {
  for (const name of await readdir(directory)) {
    const number = /^lock\.(\d+)$/.exec(name)?.[1];
    const stale = number === undefined ? isLockEntry(name) : Number(number) < generation;
    if (stale) await rm(join(directory, name), { force: true });
  }
}
