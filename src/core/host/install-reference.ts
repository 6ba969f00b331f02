import { installReferenceHostIn } from '../../database/migrator/reference-host.js';
import { type ChangeOptions, change } from '../audit/change.js';
import type { Core } from '../core.js';

/**
 * Installs the reference host application with its sample users; where it is there already, nothing changes.
 * @throws Problem `host-exists`: a real host application is never touched.
 */
export const installReference = (core: Core, options?: ChangeOptions): Promise<{ installed: boolean }> =>
  change(
    core,
    { action: 'host.install-reference', target: { type: 'installation', name: 'reference host' } },
    async (session) => {
      const result = await installReferenceHostIn(session);
      return { result, changed: result.installed };
    },
    options,
  );
