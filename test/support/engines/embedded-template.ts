import { constants } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase } from '../../../src/database/open.js';
import { makeOnce } from '../running/make-once.js';

/**
 * Puts an empty database into a directory. PGlite takes seconds to make one, so the first test process that
 * needs one makes it for the whole run, and the rest is copying.
 */
export async function copyTemplate(runDirectory: string, directory: string): Promise<void> {
  const template = join(runDirectory, 'embedded-template');
  await makeOnce(template, async () => {
    const options = { schema: 'scim', jitter: () => 0 };
    await (await openDatabase({ engine: 'embedded', directory: template }, options)).close();
  });
  // Without the lock file that lies beside the data.
  await cp(join(template, 'data'), join(directory, 'data'), {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
  });
}
