import { scriptToken } from '../../../core/tokens/script.js';
import { usageProblem } from '../../../problem.js';
import { toolVersion } from '../../../version.js';
import { chosenDialect } from '../../engine.js';
import { createTokenFile } from '../../output/token-file.js';
import { readTokenKeys } from '../../token-keys.js';
/**
 * `--script`: the token for the IdP and the SQL for the DBA, who must not get the token too. So the two share
 * stdout only where a person looks at it, or in one JSON document.
 */
export async function printTokenScript(context, flags, request) {
    const { output, world, talk } = context;
    const together = flags.tokenFile === undefined && output.format !== 'json';
    if (together && world.stdout.isTTY !== true) {
        throw usageProblem('token-file-needed', 'Redirected, the token and the SQL would end up in one place.', {
            hint: 'Add --token-file FILE, so that stdout is only the SQL; or -o json for both in one document.',
        });
    }
    const scripted = scriptToken(request, {
        dialect: await chosenDialect(flags.engine, context),
        schema: (await context.settings()).schema,
        toolVersion: toolVersion(),
        actor: world.actor,
        random: world.random,
        keys: await readTokenKeys(context),
    });
    if (flags.tokenFile !== undefined)
        await writeTokenFile(flags.tokenFile, scripted.token, context);
    const { token, ...rest } = scripted;
    if (output.format === 'json')
        output.json(flags.tokenFile === undefined ? scripted : rest);
    else if (together)
        output.text(`Token, for the IdP only:\n\n${token}\n\nSQL, for the DBA:\n\n${scripted.script}`);
    else
        output.text(scripted.script);
    talk.note('The token works once the SQL has been run. Check it with: scimctl token verify');
}
async function writeTokenFile(path, token, { world }) {
    let file;
    try {
        file = await createTokenFile(path, world);
        await file.write(token);
    }
    catch (error) {
        await file?.discard();
        throw error;
    }
}
