import type { Explanations } from './explanation.js';

/** The audit trail: its heads, seals and prunes. */
export const TRAIL: Explanations = {
  'position-invalid': {
    kind: 'usage',
    meaning:
      'The file given to `audit follow --since-last` holds no position in the audit trail, or cannot be read. No event was printed, and the file is unchanged.',
    next: 'Name the file that an earlier run has written, or one that does not exist yet.',
  },
  'position-ahead': {
    kind: 'operation',
    meaning:
      'The file given to `audit follow --since-last` names an event that this database does not have yet. No event was printed, and the file is unchanged.',
    causes: [
      'The file belongs to another database.',
      'The database was restored from a backup that is older than the file.',
    ],
    next: 'Delete the file to begin with the events that come after it, or name another file.',
  },
  'proof-selection': {
    kind: 'usage',
    meaning:
      'A proof contains all events of a period, because a selection could hide the others. It cannot be combined with other filters. Nothing was exported.',
    next: 'Leave out the option that is named, or export the selection without --proof.',
  },
  'proof-period-empty': {
    kind: 'usage',
    meaning: 'The period of the proof ends before it begins. Nothing was exported.',
    next: 'Name a time for --until that is after that of --since.',
  },
  'proof-empty': {
    kind: 'prerequisite',
    meaning: 'No event is sealed, so there is nothing to prove. Nothing was exported.',
    next: 'Run `scimctl audit seal`, then export again.',
  },
  'proof-pruned': {
    kind: 'prerequisite',
    meaning: 'Events of the period were removed with `scimctl audit prune`, so they cannot be exported.',
    next: 'Begin the period later, with the time that the message names. The removed events can only be proved with a proof that was exported before.',
  },
  'proof-tampered': {
    kind: 'prerequisite',
    meaning: 'The trail was tampered with in the period, so it cannot be proved. Nothing was exported.',
    next: 'Run `scimctl audit verify` to list the findings, and treat them as an incident.',
  },
  'proof-void': {
    kind: 'prerequisite',
    meaning: 'A seal of the period was declared void, so it proves no events. Nothing was exported.',
    next: 'Export a proof of the time before that seal (--until) and another of the time after it (--since).',
  },
  'signing-key-missing': {
    kind: 'configuration',
    meaning: 'A proof is signed, and no signing key is configured. Nothing was exported.',
    next: 'Name a key with --signing-key or signingKeyFile. `scimctl audit new-key --key-file FILE` creates one.',
  },
  'directory-not-empty': {
    kind: 'operation',
    meaning: 'The directory for the files of a proof contains something already. It was not changed.',
    next: 'Name a directory that does not exist or is empty.',
  },
  'directory-unwritable': {
    kind: 'operation',
    meaning:
      'The files of a proof could not be written to the directory. What was written of them was removed.',
    causes: ['You may not write there.', 'The disk is full.'],
    next: 'Name a directory that does not exist, in a directory that you can write to, on a disk with free space.',
  },
  'head-unreadable': {
    kind: 'usage',
    meaning: 'The file with a head of the audit trail cannot be read. Nothing was verified or removed.',
    next: 'Name a file with the output of `scimctl audit head`, and check its permissions.',
  },
  'head-invalid': {
    kind: 'usage',
    meaning: 'The file does not contain a head of the audit trail. Nothing was verified or removed.',
    next: 'Name a file with the output of `scimctl audit head -o json`.',
  },
  'head-file-unwritable': {
    kind: 'operation',
    meaning: 'The head could not be written to a file. An existing file is never overwritten.',
    next: 'Name a file that does not exist yet, in a directory that you can write to.',
  },
  'head-missing': {
    kind: 'usage',
    meaning: 'A public key was given, but no head whose signature it could verify. Nothing was verified.',
    next: 'Name a signed head with --head, or leave out --public-key.',
  },
  'head-unsigned': {
    kind: 'prerequisite',
    meaning: 'The head is not signed, so a public key proves nothing about it. The trail was not verified.',
    next: 'Name a head that was signed with the key, or leave out --public-key to compare with an unsigned head.',
  },
  'head-signature-invalid': {
    kind: 'prerequisite',
    meaning:
      'The signature of the head does not fit the head and the public key. The head is no evidence, and the trail was not verified.',
    causes: [
      'The public key belongs to another signing key.',
      'The file was edited, reformatted or shortened after it was signed.',
      'Someone changed the head.',
    ],
    next: 'Use the file as `scimctl audit head` wrote it, and the public key of that time. If both are right, treat the change as an incident.',
  },
  'public-key-unreadable': {
    kind: 'usage',
    meaning: 'The file with the public key cannot be read. Nothing was verified.',
    next: 'Check the path and the permissions of the file.',
  },
  'public-key-invalid': {
    kind: 'usage',
    meaning:
      'The file does not contain an Ed25519 public key, or contains a private key. Nothing was verified.',
    next: 'Name a file that begins with -----BEGIN PUBLIC KEY-----, as `scimctl audit new-key --key-file FILE` prints it.',
  },
  'signing-key-unreadable': {
    kind: 'configuration',
    meaning: 'The file with the key that signs heads cannot be read. No head was printed.',
    next: 'Check the path and the permissions of the file. Create a first key with `scimctl audit new-key --key-file FILE`.',
  },
  'signing-key-invalid': {
    kind: 'configuration',
    meaning: 'The file does not contain a private key in PEM format. No head was printed.',
    next: 'Name a file that begins with -----BEGIN PRIVATE KEY-----. Do not confuse it with the file of the public key.',
  },
  'signing-key-encrypted': {
    kind: 'configuration',
    meaning:
      'The key that signs heads is protected by a passphrase, which scimctl cannot ask for in a scheduled job. No head was printed.',
    next: 'Decrypt the key with openssl pkey, and let only the account that runs scimctl read the file.',
  },
  'signing-key-algorithm': {
    kind: 'configuration',
    meaning: 'The key that signs heads is not an Ed25519 key. No head was printed.',
    next: 'Create a key with `scimctl audit new-key --key-file FILE`.',
  },
  'signing-key-exists': {
    kind: 'operation',
    meaning:
      'The file for the new signing key already exists. It was not changed, because a key is required to verify what it has signed.',
    next: 'Name a file that does not exist.',
  },
  'signing-key-unwritable': {
    kind: 'operation',
    meaning: 'The file for the new signing key cannot be written. No key was created.',
    next: 'Name a file in a directory that you can write to, on a disk with free space.',
  },
  'prune-too-recent': {
    kind: 'usage',
    meaning: 'Events of the last 90 days cannot be pruned. Nothing was removed.',
    next: 'Name an earlier time with --before, such as 90d or 365d.',
  },
  'prune-contended': {
    kind: 'operation',
    meaning: 'Another process pruned the audit trail at the same time. This command removed nothing.',
    next: 'Run the command again: it continues after the other prune.',
  },
  'trail-tampered': {
    kind: 'prerequisite',
    meaning:
      'Rows of the audit trail were changed, removed or inserted, or the trail does not match the head. Nothing was pruned, because a prune would remove the evidence.',
    causes: [
      'A login with write access changed rows.',
      'The head is from another database, or the database was restored from a backup that is older than the head.',
    ],
    next: 'List the findings with `scimctl audit verify --head FILE`, and find out who wrote the rows before you change anything.',
  },
  'seal-contended': {
    kind: 'operation',
    meaning:
      'Another process took the next seal number again and again, so the events were not sealed. The events themselves are unchanged.',
    causes: ['A login plants seals.', 'Very many processes seal at the same time.'],
    next: 'List planted seals with `scimctl audit verify`, and find the login that writes them.',
  },
  'seal-unknown': {
    kind: 'usage',
    meaning: 'There is no seal with this number. Nothing was declared void.',
    next: 'Use the number of a seal as `scimctl audit verify` prints it.',
  },
  'event-unknown': {
    kind: 'usage',
    meaning: 'There is no event with this number. Nothing was declared void.',
    next: 'Use the number of an event as `scimctl audit verify` prints it.',
  },
  'event-sealed': {
    kind: 'usage',
    meaning:
      'A seal covers the event, which proves that it was there at the time. It cannot be declared void, and nothing was changed.',
    next: 'Name only events that no seal covers. If the seal itself is false, name it with --seal.',
  },
};
