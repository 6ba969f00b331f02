import type { World } from '../../../world.js';
import { keptFile } from '../files/kept-file.js';
import type { Report } from './model.js';
import { reportPage } from './page.js';

/**
 * Writes a report to a file, which replaces one that is there once it is complete.
 * @throws Problem `out-unwritable`.
 */
export async function writeReport(file: string, report: Report, world: World): Promise<void> {
  const sink = await keptFile(file, world);
  try {
    await sink.write(reportPage(report));
  } catch (error) {
    await sink.discard();
    throw error;
  }
  await sink.keep();
}
