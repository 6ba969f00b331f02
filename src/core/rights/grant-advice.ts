import type { Role } from './roles.js';

/**
 * The command by which a DBA makes a login a member of roles, as it can be pasted into sh, PowerShell and cmd.exe.
 * A login that one of them would read otherwise is left for the DBA to write: LOGIN.
 */
export function grantCommand(roles: readonly Role[], login: string): string {
  return `\`scimctl db grants --role ${roles.join(' ')} --to ${wordFor(login)} --apply\``;
}

function wordFor(login: string): string {
  if (/^[A-Za-z0-9_.][A-Za-z0-9_.@-]*$/.test(login)) return login;
  // A Windows account, DOMAIN\user, or a name with blanks.
  if (/^[\p{L}\p{N}_.@ -]+(\\[\p{L}\p{N}_.@ -]+)?$/u.test(login)) return `"${login}"`;
  return 'LOGIN';
}
