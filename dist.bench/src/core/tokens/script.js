import { usageProblem } from '../../problem.js';
import { assertSlug } from '../service-accounts/add.js';
import { digestForStorage } from './digest.js';
import { generateToken } from './format.js';
/**
 * A token together with the SQL that makes it count, for a DBA to run: no database is touched here. Running
 * it writes exactly what the tool would have written.
 * @throws Problem `idp-name-invalid`, `token-id-invalid`.
 */
export function scriptToken(request, around) {
    assertSlug(request.idp);
    const { rotate, idp, expiresInMs } = request;
    if (rotate?.token !== undefined && !/^[0-9A-Za-z]{12}$/.test(rotate.token)) {
        throw usageProblem('token-id-invalid', 'With --script, --token takes the whole id of a token.', {
            hint: 'It has 12 letters and digits and stands in the token after scimctl_.',
        });
    }
    const { text, publicId } = generateToken(around.random);
    const what = rotate ? `rotate a token of IdP ${idp}` : `create a token for IdP ${idp}`;
    const script = around.dialect.tokenScript({
        schema: around.schema,
        title: [
            `scimctl ${around.toolVersion}: ${what} (${around.dialect.label})`,
            `Token id ${publicId}. The token itself is not in this file. Run it once; it is all or nothing.`,
        ],
        idp,
        actor: around.actor,
        publicId,
        ...digestForStorage(text, around.keys),
        lifetimeSeconds: expiresInMs === null ? null : Math.round(expiresInMs / 1000),
        rotate: rotate && { overlapSeconds: Math.round(rotate.overlapMs / 1000), token: rotate.token },
    });
    return { id: publicId, idp, token: text, script };
}
