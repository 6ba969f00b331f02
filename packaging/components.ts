import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { lockedPackages, PROJECT, projectText } from './project.js';

/** Software of others that an archive contains. */
export interface Component {
  name: string;
  version: string;
  /** SPDX identifier or expression. */
  license: string;
  /** Its licences and notices, whole. */
  texts: string[];
  /** Package URL (ECMA-427). */
  purl: string;
  /** What security advisories call it, if they do not go by its package URL. */
  cpe?: string;
  /** SHA-512 of the package, hex. */
  sha512?: string;
  /** The names of the components that this one contains. */
  contains?: string[];
}

const LICENCE_FILE = /^(licen[cs]e|copying|notice)/i;

/** Packages without a licence file, and who holds the copyright by their package.json. */
const WITHOUT_FILE: Readonly<Record<string, string>> = {
  'pg-types': 'Copyright (c) Brian M. Carlson',
  pgpass: 'Copyright (c) Hannes Hörl',
};

const MIT_PERMISSION = projectText('LICENSE').replace(/^[\s\S]*?(?=Permission is hereby granted)/, '');

/**
 * The component that an npm package in `node_modules` is.
 * @throws where it has no licence that could be passed on.
 */
export function packageComponent(directory: string): Component {
  const { name, version, license } = JSON.parse(projectText(`${directory}/package.json`)) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = readdirSync(join(PROJECT, directory)).filter((file) => LICENCE_FILE.test(file));
  const texts = files.sort().map((file) => projectText(`${directory}/${file}`).trim());
  const holder = WITHOUT_FILE[name];
  if (texts.length === 0 && holder !== undefined && license === 'MIT') {
    texts.push(`${holder}\n\n${MIT_PERMISSION.trim()}`);
  }
  if (texts.length === 0 || license === undefined) throw new Error(`${name} has no licence to pass on`);
  const integrity = lockedPackages()[directory]?.integrity;
  return {
    name,
    version,
    license,
    texts,
    purl: npmPurl(name, version),
    ...(integrity && { sha512: hexOf(integrity) }),
    ...(name === '@electric-sql/pglite' && { contains: COMPILED.map((each) => each.name) }),
  };
}

export const npmPurl = (name: string, version: string): string =>
  `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** A checksum of npm (`sha512-…`, base64) as hex. */
export const hexOf = (integrity: string): string =>
  Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');

/** What is compiled into PGlite's WebAssembly and what its package does not name. */
const COMPILED = [
  { name: 'PostgreSQL', license: 'PostgreSQL', file: 'postgresql.txt' },
  { name: 'libxml2', license: 'MIT', file: 'libxml2.txt' },
  { name: 'musl', license: 'MIT', file: 'musl.txt' },
  { name: 'ICU', license: 'Unicode-3.0', file: 'icu.txt' },
  { name: 'zlib', license: 'Zlib', file: 'zlib.txt' },
] as const;

/** What the files of PGlite say of versions, and how security advisories call the product. */
const VERSIONED: Readonly<Record<string, { says: RegExp; cpe: string }>> = {
  PostgreSQL: { says: /PostgreSQL\) (\d+\.\d+)/, cpe: 'postgresql:postgresql' },
  ICU: { says: /icudt(\d+)l/, cpe: 'icu-project:international_components_for_unicode' },
};

/**
 * The components that PGlite contains, with the versions that can be read from it.
 * @param wasm its programs, `initdb.wasm` and `pglite.wasm`.
 */
export function compiledComponents(wasm: readonly Buffer[]): Component[] {
  const said = wasm.map((each) => each.toString('latin1'));
  return COMPILED.map(({ name, license, file }) => {
    const texts = [projectText(`packaging/licences/${file}`).trim()];
    const generic = `pkg:generic/${name.toLowerCase()}`;
    const { says, cpe } = VERSIONED[name] ?? {};
    if (says === undefined) return { name, version: 'unknown', license, texts, purl: generic };
    const version = said.map((text) => says.exec(text)?.[1]).find((found) => found !== undefined);
    if (version === undefined) throw new Error(`PGlite does not say its version of ${name}`);
    const purl = `${generic}@${version}`;
    return { name, version, license, texts, purl, cpe: `cpe:2.3:a:${cpe}:${version}:*:*:*:*:*:*:*` };
  });
}
