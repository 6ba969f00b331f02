import { type ScriptRequest, scriptToken } from '../../../core/tokens/script.js';
import { toolVersion } from '../../../installation/version.js';
import { usageProblem } from '../../../problem.js';
import type { Context } from '../../context.js';
import { keptFile } from '../../output/files/kept-file.js';
import { createTokenFile, type TokenFile } from '../../output/files/token-file.js';
import { chosenDialect } from '../../settings/engine.js';
import { readTokenKeys } from '../../settings/token-keys.js';
import type { IssueFlags } from './issue.js';

/**
 * `--script`: the token for the IdP and the SQL for the DBA, who must not get the token too. So the two share
 * stdout only where a person looks at it, or in one JSON document.
 */
export async function printTokenScript(
  context: Context,
  flags: IssueFlags,
  request: ScriptRequest,
): Promise<void> {
  const { output, world, talk } = context;
  const { tokenFile, out } = flags;
  const together = tokenFile === undefined && out === undefined && output.format !== 'json';
  if (together && world.stdout.isTTY !== true) {
    throw usageProblem('token-file-needed', 'The token and the SQL would be written to the same output.', {
      hint: 'Add --token-file FILE or --out FILE to write one of them to a file, or -o json to get both in one JSON document.',
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
  const { token, script, ...rest } = scripted;
  const sqlFile = out === undefined ? undefined : await keptFile(out, world);
  try {
    if (tokenFile !== undefined) await writeTokenFile(tokenFile, token, context);
    await sqlFile?.write(script);
    await sqlFile?.keep();
  } catch (error) {
    await sqlFile?.discard();
    throw error;
  }
  if (output.format === 'json') {
    output.json({
      ...rest,
      ...(tokenFile === undefined && { token }),
      ...(out === undefined ? { script } : { out }),
    });
  } else if (together) output.text(`Token, for the IdP only:\n\n${token}\n\nSQL, for the DBA:\n\n${script}`);
  else if (out === undefined) output.text(script);
  else if (tokenFile === undefined) output.text(`${token}\n`);
  if (out !== undefined) talk.done(`The SQL is in ${out}.`);
  talk.note('The token works after the DBA has run the SQL. Check it with: scimctl token verify');
}

/** @throws Problem `option-without-effect`: without --script there is nothing to put into the file. */
export function assertScriptOut({ script, out }: IssueFlags): void {
  if (out === undefined || script) return;
  throw usageProblem('option-without-effect', '--out has no effect without --script.', {
    hint: 'To write the token to a file, use --token-file.',
  });
}

async function writeTokenFile(path: string, token: string, { world }: Context): Promise<void> {
  let file: TokenFile | undefined;
  try {
    file = await createTokenFile(path, world);
    await file.write(token);
  } catch (error) {
    await file?.discard();
    throw error;
  }
}
