import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PROBLEMS } from '../../src/scim/protocol/handler/errors.js';
import { createService } from '../../src/scim/protocol/handler/service.js';
import { assertGenerated, table } from './generated.js';
import { testedBlock } from './markdown.js';
const PAGE = 'docs/scim.md';
describe(PAGE, () => {
    it('says how each problem is answered', async () => {
        const rows = Object.entries(PROBLEMS).map(([code, { status, scimType }]) => [
            `\`${code}\``,
            String(status),
            scimType ? `\`${scimType}\`` : '',
        ]);
        await assertGenerated(PAGE, 'scim-errors', table(['problem', 'status', '`scimType`'], rows));
    });
    it('shows an extension that can be used', async () => {
        const userExtensions = JSON.parse(await testedBlock(PAGE, 'user-schemas'));
        const service = createService({ userExtensions });
        assert.equal(service.users.type.extensions.at(-1)?.attributes.length, 3);
    });
});
