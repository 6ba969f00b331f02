import { type Operation, readWhatIsThere } from '../../../src/scim/protocol/patch/operations.js';

/**
 * The operations of a PATCH body, of which everything can be read.
 * @throws ScimError the first fault.
 */
export function readOperations(body: unknown): Operation[] {
  const { operations, faults } = readWhatIsThere(body);
  if (faults[0]) throw faults[0].error;
  return operations;
}
