import type { World } from '../../../world.js';
import { keptFile } from '../files/kept-file.js';
import type { Report } from './model.js';
import { reportPage } from './page.js';

/** A report whose file is open. It replaces a file that is there once it is complete. */
export interface OpenReport {
  file: string;
  /** @throws Problem `out-unwritable`. */
  write(report: Report): Promise<void>;
  /** Leaves what there was, unless the report is written. */
  discard(): Promise<void>;
}

/** @throws Problem `out-unwritable`. */
export async function openReport(file: string, world: World): Promise<OpenReport> {
  const sink = await keptFile(file, world);
  let isOpen = true;
  const discard = async () => {
    if (isOpen) await sink.discard();
    isOpen = false;
  };
  return {
    file,
    discard,
    write: async (report) => {
      await sink.write(reportPage(report));
      isOpen = false;
      await sink.keep();
    },
  };
}
