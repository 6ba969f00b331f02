import { createHash } from 'node:crypto';
import type { Component } from './components.js';
import { npmPurl } from './components.js';
import type { Manifest } from './project.js';

/**
 * The software bill of materials of an archive: CycloneDX 1.6 (ECMA-424), JSON. The same for the same input: its serial
 * number is made of its content.
 * @param seconds of the Unix epoch, at which the source was last changed.
 */
export function billOfMaterials(
  { name, version, license = '', description = '' }: Manifest,
  components: readonly Component[],
  seconds: number,
): string {
  const own = npmPurl(name, version);
  const licensed = (spdx: string) => [/[ (]/.test(spdx) ? { expression: spdx } : { license: { id: spdx } }];
  const purls = new Map(components.map((each) => [each.name, each.purl]));
  const body = {
    version: 1,
    metadata: {
      timestamp: new Date(seconds * 1000).toISOString(),
      component: {
        type: 'application',
        'bom-ref': own,
        name,
        version,
        description,
        licenses: licensed(license),
        purl: own,
      },
    },
    components: components.map(({ name, version, license, purl, cpe, sha512 }) => ({
      type: 'library',
      'bom-ref': purl,
      name,
      ...(version !== 'unknown' && { version }),
      ...(sha512 && { hashes: [{ alg: 'SHA-512', content: sha512 }] }),
      licenses: licensed(license),
      ...(cpe && { cpe }),
      purl,
    })),
    dependencies: [
      { ref: own, dependsOn: components.map(({ purl }) => purl).sort() },
      ...components.map(({ purl, contains = [] }) => ({
        ref: purl,
        ...(contains.length > 0 && { dependsOn: contains.map((each) => purls.get(each)).sort() }),
      })),
    ],
  };
  const hash = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  // RFC 9562 version 8: of our own making.
  const uuid = hash.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5');
  const head = { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: `urn:uuid:${uuid}` };
  return `${JSON.stringify({ ...head, ...body }, undefined, 2)}\n`;
}
