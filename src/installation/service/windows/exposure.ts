/** Directories of users and of temporary files, on any drive. */
const OF_USERS = /^[a-z]:\\(?:users|documents and settings|windows\\temp|temp)\\/i;

/** Whether a path of Windows is below a profile of a user or among temporary files. */
export const isOfUsers = (path: string): boolean => OF_USERS.test(path);

/** Ordinary users, as SDDL abbreviates them, and the names by which we say so. */
const ORDINARY: Readonly<Record<string, string>> = {
  WD: 'Everyone',
  AU: 'Authenticated Users',
  BU: 'Users',
  IU: 'Interactive',
  NU: 'Network',
  BG: 'Guests',
  AN: 'Anonymous Logon',
  'S-1-1-0': 'Everyone',
  'S-1-5-11': 'Authenticated Users',
  'S-1-5-32-545': 'Users',
  'S-1-5-4': 'Interactive',
  'S-1-5-2': 'Network',
  'S-1-5-32-546': 'Guests',
  'S-1-5-7': 'Anonymous Logon',
};

/** Rights that SDDL abbreviates, as access masks. */
const RIGHTS: Readonly<Record<string, number>> = {
  ...{ GA: 0x10000000, GW: 0x40000000, GR: 0x80000000, GX: 0x20000000 },
  ...{ FA: 0x1f01ff, FW: 0x120116, FR: 0x120089, FX: 0x1200a0 },
  ...{ SD: 0x10000, RC: 0x20000, WD: 0x40000, WO: 0x80000 },
  ...{ CC: 0x1, DC: 0x2, LC: 0x4, SW: 0x8, RP: 0x10, WP: 0x20, DT: 0x40, LO: 0x80, CR: 0x100 },
};

/** To write, to append or create, to delete, to change the rights or the owner; GENERIC_ALL and GENERIC_WRITE. */
const CHANGING = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000;

/**
 * The groups of ordinary users that can change a file or a directory, or what is going to be made in it.
 * @param sddl a security descriptor, as `icacls /save` writes it.
 * @see https://learn.microsoft.com/en-us/windows/win32/secauthz/ace-strings
 */
export function changersIn(sddl: string): string[] {
  const entries = [...sddl.matchAll(/\(X?A;[A-Z]*;([^;()]*);[^;()]*;[^;()]*;([^;()]+)/g)];
  const found = entries.flatMap(([, rights = '', who = '']) => {
    const name = ORDINARY[who];
    return name !== undefined && (maskOf(rights) & CHANGING) !== 0 ? [name] : [];
  });
  return [...new Set(found)];
}

const maskOf = (rights: string): number =>
  rights.startsWith('0x')
    ? Number.parseInt(rights, 16)
    : (rights.match(/../g) ?? []).reduce((mask, each) => mask | (RIGHTS[each] ?? 0), 0);
