import { arch, cpus, freemem, release, totalmem, version } from 'node:os';
import { toolVersion } from '../../../../installation/version.js';
import type { World } from '../../../../world.js';

/** Versions of the program and of what it runs on. No names: neither of the machine nor of a user or a directory. */
export function programFacts({ platform, clock }: World): Record<string, unknown> {
  const { node, v8, openssl, uv } = process.versions;
  return {
    scimctl: toolVersion(),
    node,
    v8,
    openssl,
    uv,
    platform,
    architecture: arch(),
    osRelease: release(),
    osVersion: version(),
    processors: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    freeMemoryMiB: Math.round(freemem() / 2 ** 20),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    locale: Intl.DateTimeFormat().resolvedOptions().locale,
    icu: process.versions.icu ?? null,
    collectedAt: clock(),
  };
}
