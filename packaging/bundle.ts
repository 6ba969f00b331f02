import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ArchivedFile as Entry } from '../src/cli/output/files/tar.js';
import { tarGz } from '../src/cli/output/files/tar.js';
import { CONTAINED_ENGINE } from '../src/installation/files.js';
import { WRAPPER_IN_ARCHIVE } from '../src/installation/service/windows/layout.js';
import { zip } from './archives/zip.js';
import { programModules, programScripts } from './code.js';
import type { Component } from './components.js';
import { componentsOf, engineFiles, frontMatter, koffiFiles, listedFiles, ownManifest } from './contents.js';
import { singleExecutable } from './executables/executable.js';
import { nodeRelease, type Target } from './executables/node-release.js';
import { thirdPartyNotices } from './notices.js';
import { manifest, PROJECT } from './project.js';
import { billOfMaterials } from './sbom.js';

/** A file to publish. */
export interface Product {
  name: string;
  bytes: Buffer;
}

export type Family = 'unix' | 'windows';

/** For which platforms an archive has koffi: where integrated security is supported, and Node.js still is. */
export const KOFFI_PLATFORMS: Readonly<Record<Family | Target, readonly string[]>> = {
  unix: ['linux-x64', 'linux-arm64'],
  windows: ['win32-x64', 'win32-arm64'],
  'linux-x64': ['linux-x64'],
  'win-x64': ['win32-x64'],
};

/** Prefers a Node.js beside it, and never starts one that lies in the current directory. */
const COMMAND_SCRIPT = [
  '@setlocal',
  '@set "NoDefaultCurrentDirectoryInExePath=1"',
  '@set "SCIMCTL_NODE=node.exe"',
  '@if exist "%~dp0node.exe" set "SCIMCTL_NODE=%~dp0node.exe"',
  '@"%SCIMCTL_NODE%" "%~dp0scimctl.js" %*',
  '',
].join('\r\n');

/** It is committed, so that bundling needs no .NET; a test builds it again and compares. */
const serviceWrapper = (): Entry => ({
  path: WRAPPER_IN_ARCHIVE,
  bytes: readFileSync(join(PROJECT, 'packaging/windows-service/scimctl-service.exe')),
});

/**
 * The archive for a family of platforms, which needs only Node.js, and its bill of materials.
 * @param seconds of the Unix epoch, which all files get.
 */
export async function bundle(
  family: Family,
  seconds: number,
  platforms = KOFFI_PLATFORMS[family],
): Promise<Product[]> {
  const code = await programModules();
  const files: Entry[] = [
    { path: 'bin/scimctl.js', bytes: readFileSync(join(PROJECT, 'bin/scimctl.js')), isProgram: true },
    ...(family === 'windows' ? [{ path: 'bin/scimctl.cmd', bytes: Buffer.from(COMMAND_SCRIPT) }] : []),
    ...(family === 'windows' ? [serviceWrapper()] : []),
    ...code.files.map(({ name, bytes }) => ({ path: `dist/src/${name}`, bytes })),
    ...engineFiles().map((file) => ({ ...file, path: `dist/src/${file.path}` })),
    ...(await koffiFiles(platforms)),
    ...listedFiles(),
    ...frontMatter(),
    ownManifest(),
  ];
  return published(family, family === 'windows', files, componentsOf(code, platforms), seconds);
}

/** The archive with the single executable for a target, and its bill of materials. */
export async function executableBundle(target: Target, seconds: number): Promise<Product[]> {
  const code = await programScripts();
  const scriptOf = (wanted: string) =>
    code.files.find(({ name }) => name === wanted)?.bytes ?? Buffer.alloc(0);
  const listed = listedFiles();
  const { program, license } = await singleExecutable(target, scriptOf('program.cjs'), [
    ownManifest(),
    ...listed.filter(({ path }) => !path.startsWith('docs/')),
    ...engineFiles(),
    { path: CONTAINED_ENGINE.thread, bytes: scriptOf(CONTAINED_ENGINE.thread) },
  ]);
  const { version } = nodeRelease();
  const node: Component = {
    name: 'node',
    version,
    license: 'MIT',
    texts: [license.trim()],
    purl: `pkg:generic/node@${version}`,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
  };
  const isWindows = target === 'win-x64';
  const files: Entry[] = [
    { path: isWindows ? 'scimctl.exe' : 'scimctl', bytes: program, isProgram: true },
    { path: 'NODE-LICENSE.txt', bytes: Buffer.from(license) },
    ...(isWindows ? [serviceWrapper()] : []),
    ...(await koffiFiles(KOFFI_PLATFORMS[target])),
    ...listed,
    ...frontMatter(),
  ];
  return published(target, isWindows, files, [...componentsOf(code, KOFFI_PLATFORMS[target]), node], seconds);
}

function published(
  label: Family | Target,
  isZip: boolean,
  files: readonly Entry[],
  components: readonly Component[],
  seconds: number,
): Product[] {
  const own = manifest();
  const base = `${own.name}-${own.version}`;
  const bill = Buffer.from(billOfMaterials(own, components, seconds));
  const all = [
    ...files,
    { path: 'THIRD-PARTY-NOTICES.txt', bytes: Buffer.from(thirdPartyNotices(components)) },
    { path: 'sbom.cdx.json', bytes: bill },
  ].map((file) => ({ ...file, path: `${base}/${file.path}` }));
  return [
    isZip
      ? { name: `${base}-${label}.zip`, bytes: zip(all, seconds) }
      : { name: `${base}-${label}.tar.gz`, bytes: tarGz(all, seconds) },
    { name: `${base}-${label}.cdx.json`, bytes: bill },
  ];
}
