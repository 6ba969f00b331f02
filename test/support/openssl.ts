import { spawnSync } from 'node:child_process';

/** Why the openssl of this machine cannot verify Ed25519 signatures of files, or nothing. */
export function opensslMissing(): string | false {
  const { stdout, status } = spawnSync('openssl', ['version'], { encoding: 'utf8' });
  if (status !== 0) return 'there is no openssl';
  const [, major] = /^OpenSSL (\d+)\./.exec(stdout) ?? [];
  return Number(major) >= 3 ? false : `${stdout.trim()} is older than OpenSSL 3`;
}
