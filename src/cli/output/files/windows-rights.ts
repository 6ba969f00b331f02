import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runSystemProgram } from '../../../system-program.js';
import type { World } from '../../../world.js';

/*
 * Windows has no modes. A new file inherits the permissions of its directory, and a process that has opened the file
 * keeps its access even if the permissions change later. So a secret is written to a file in a private directory, which
 * only this user can enter, and that file is then moved to its place.
 */

/** A directory beside `target` that only this user can enter. */
export interface PrivatePlace {
  path: string;
  remove: () => Promise<void>;
}

/** @throws Error where its rights cannot be set; then there is no directory. */
export async function privatePlace(target: string, world: World): Promise<PrivatePlace> {
  const path = `${target}.${Buffer.from(world.random(6)).toString('hex')}.tmp`;
  await mkdir(path);
  const place = { path, remove: () => rmdir(path).catch(() => undefined) };
  try {
    await setRights(path, '(OI)(CI)F', world);
  } catch (error) {
    await place.remove();
    throw error;
  }
  return place;
}

/** Takes all inherited rights off a file, so that no later change of its directory gives them back. */
export const restrictToUser = (file: string, world: World): Promise<void> => setRights(file, 'F', world);

async function setRights(path: string, rights: string, world: World): Promise<void> {
  const user = await thisUser(world);
  await runSystemProgram('icacls', [path, '/inheritance:r', '/grant:r', `${user}:${rights}`], world);
}

/**
 * This user, as Windows itself says. `USERDOMAIN` and `USERNAME` are other users' in services and over SSH.
 * @throws Error where it does not say.
 */
async function thisUser(world: World): Promise<string> {
  const user = userIn(await runSystemProgram('whoami', ['/user', '/fo', 'csv', '/nh'], world));
  if (user === undefined) throw new Error('whoami did not name this user');
  return user;
}

/**
 * For icacls, the user in what `whoami /user /fo csv /nh` prints: `"contoso\anna","S-1-5-21-…"`. By the security
 * identifier, since names are translated and may be ambiguous; Wine knows none, and prints the name alone.
 */
export function userIn(text: string): string | undefined {
  const sid = /"(S-1-[0-9-]+)"\s*$/.exec(text)?.[1];
  if (sid !== undefined) return `*${sid}`;
  return /^[^\\"*:/]+\\[^\\"*:/]+$/.exec(text.trim())?.[0];
}

/**
 * Gives a file the rights of another: a service that may read the old file has to go on reading the new one. Where
 * nothing is saved, the file system keeps no rights.
 */
export async function takeRights(from: string, to: string, world: World): Promise<void> {
  const saved = `${to}.acl`;
  try {
    await runSystemProgram('icacls', [from, '/save', saved], world);
    const rights = await readFile(saved).catch(unlessMissing);
    if (!rights) return;
    await writeFile(saved, renamedRights(rights, basename(to)));
    await runSystemProgram('icacls', [dirname(to), '/restore', saved], world);
  } finally {
    await rm(saved, { force: true });
  }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** What `icacls /save` wrote, for a file of another name: UTF-16, the name on a line before the rights. */
export function renamedRights(saved: Uint8Array, name: string): Buffer {
  const text = Buffer.from(saved).toString('utf16le');
  const [mark, rest] = text.startsWith('\ufeff') ? ['\ufeff', text.slice(1)] : ['', text];
  const end = rest.search(/\r?\n/);
  if (end === -1 || !/^\r?\n[ODGS]:/.test(rest.slice(end))) {
    throw new Error('icacls did not save the access rights of the file');
  }
  return Buffer.from(`${mark}${name}${rest.slice(end)}`, 'utf16le');
}

/** Where a file is made that is to become `target`. */
export const insideOf = ({ path }: PrivatePlace, target: string): string => join(path, basename(target));
