import { installReferenceHostIn } from '../../database/reference-host.js';
import { change } from '../audit/change.js';
/**
 * Installs the reference host application with its sample users; where it is there already, nothing changes.
 * @throws Problem `host-exists`: a real host application is never touched.
 */
export const installReference = (core, options) => change(core, { action: 'host.install-reference', target: { type: 'installation', name: 'reference host' } }, async (session) => {
    const result = await installReferenceHostIn(session);
    return { result, changed: result.installed };
}, options);
