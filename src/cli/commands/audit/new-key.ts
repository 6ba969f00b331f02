import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { newSigningKey } from '../../../core/audit/evidence/signing-key.js';
import type { Command } from '../../command.js';
import type { Context } from '../../context.js';
import { OUT } from '../../input/list-options.js';
import type { Column } from '../../output/column.js';
import { createSigningKeyFile, signingKeyExists } from '../../output/files/signing-key-file.js';
import { DRY_RUN, sayDone } from '../../shared/dry-run.js';

interface Options {
  keyFile: string;
  dryRun?: boolean;
}

interface CreatedKey {
  publicKey: string;
  publicKeySha256: string;
  keyFile: string;
}

const FIELDS: Column<CreatedKey>[] = [
  { key: 'publicKey', label: 'PUBLIC KEY' },
  { key: 'publicKeySha256', label: 'SHA-256' },
  { key: 'keyFile', label: 'KEY FILE' },
];

export const auditNewKey: Command<Options> = {
  name: 'new-key',
  summary: 'Create a key that signs heads and proofs of the audit trail',
  description:
    'Creates an Ed25519 key, writes the private key to a new file that only you can read (PKCS #8, PEM), and prints the public key. `audit head` and `audit export --proof` sign with the private key (signingKeyFile). Give the public key to the people who verify the signatures. Uses no database.',
  options: [
    {
      flags: '--key-file <file>',
      writes: true,
      description: 'the file for the private key, which must not exist yet',
      required: true,
    },
    DRY_RUN,
    OUT,
  ],
  examples: [
    { does: 'create a key', command: 'audit new-key --key-file signing.key --out signing.pub' },
    { does: 'sign a head with it', command: 'audit head --signing-key signing.key --out head.json' },
  ],
  async run(options, context) {
    const { keyFile, dryRun } = options;
    const { world } = context;
    if (dryRun) {
      const path = resolve(world.cwd, keyFile);
      if (await exists(path)) throw signingKeyExists(path);
      return sayDone(context, options, `The private key is in ${path}, and the public key is printed.`);
    }
    const file = await createSigningKeyFile(keyFile, world);
    const { key, pem } = newSigningKey(world.random);
    try {
      await file.write(pem);
    } catch (error) {
      await file.discard();
      throw error;
    }
    const { pem: publicKey, fingerprint: publicKeySha256 } = key.publicKey;
    await print({ publicKey, publicKeySha256, keyFile: file.path }, context);
  },
};

async function print(created: CreatedKey, { output, talk }: Context): Promise<void> {
  if (output.format === 'table') output.text(created.publicKey);
  else await output.one<CreatedKey>(created, FIELDS);
  talk.done(`The private key is in ${created.keyFile}. Set signingKeyFile to this file.`);
  talk.note(
    `Give the public key to the people who verify, with its SHA-256: ${created.publicKeySha256}. Keep the private key away from the database and its backups.`,
  );
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );
