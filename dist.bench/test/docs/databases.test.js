import { describe, it } from 'node:test';
import { assertGenerated, commandsByRole, roleTable } from './generated.js';
describe('docs/databases.md', () => {
    it('has the rights of every role', () => assertGenerated('docs/databases.md', 'roles', roleTable()));
    // test/cli/rights.test.ts holds the program to the same.
    it('has every command that needs a right, by role', async () => assertGenerated('docs/databases.md', 'commands by role', await commandsByRole()));
});
