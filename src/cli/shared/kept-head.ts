import { resolve } from 'node:path';
import { parseHead } from '../../core/audit/evidence/head.js';
import { checkSignature, type SignatureState } from '../../core/audit/evidence/signed-head.js';
import { type PublicKey, parsePublicKey } from '../../core/audit/evidence/signing-key.js';
import type { KeptHead } from '../../core/audit/evidence/trail-head.js';
import { readAsciiFile, readTextFile } from '../../files/text-file.js';
import { usageProblem } from '../../problem.js';
import type { Context } from '../context.js';
import type { OptionSpec } from '../option.js';

/** With --head: whose signature it must have. */
export const PUBLIC_KEY: OptionSpec = {
  flags: '--public-key <file>',
  description: 'a file with the public key, to verify the signature of the head',
};

/** A head that was kept elsewhere, and what is known of its signature. */
export interface ReadHead {
  head: KeptHead;
  signature: SignatureState;
}

/**
 * Reads a head, and verifies its signature if a public key is given. Otherwise it says that it did not.
 * @throws Problem `head-unreadable`, `head-invalid`, `head-unsigned`, `head-signature-invalid`, `public-key-unreadable`
 * or `public-key-invalid`.
 */
export async function readKeptHead(
  file: string,
  publicKeyFile: string | undefined,
  context: Context,
): Promise<ReadHead> {
  const publicKey = publicKeyFile === undefined ? undefined : await readPublicKey(publicKeyFile, context);
  const path = resolve(context.world.cwd, file);
  const text = await readTextFile(path).catch((cause: NodeJS.ErrnoException) => {
    throw usageProblem('head-unreadable', `The file ${path} cannot be read (${cause.code ?? 'error'}).`, {
      hint: 'Name a file with the output of `scimctl audit head`.',
      cause,
    });
  });
  const head = parseHead(text);
  const signature = checkSignature(head, publicKey);
  if (signature === 'unchecked') {
    context.talk.note('The signature of the head was not verified. Name the public key with --public-key.');
  }
  return { head, signature };
}

async function readPublicKey(file: string, { world }: Context): Promise<PublicKey> {
  const path = resolve(world.cwd, file);
  const text = await readAsciiFile(path).catch((cause: NodeJS.ErrnoException) => {
    const code = cause.code ?? 'error';
    throw usageProblem('public-key-unreadable', `The public key ${path} cannot be read (${code}).`, {
      hint: 'Check the path and the file permissions. `scimctl audit new-key --key-file FILE` prints the public key of a new key.',
      cause,
    });
  });
  return parsePublicKey(text, path);
}
