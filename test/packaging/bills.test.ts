import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { type Component, packageComponent } from '../../packaging/components.js';
import { thirdPartyNotices } from '../../packaging/notices.js';
import { billOfMaterials } from '../../packaging/sbom.js';
import { projectDirectory } from '../support/environment.js';

const SECONDS = Date.UTC(2026, 10, 29, 23, 51, 14) / 1000;
const own = { name: 'scimctl', version: '1.2.3', license: 'MIT', description: 'Says what it does' };

const engine: Component = {
  name: '@electric-sql/pglite',
  version: '0.5.16',
  license: 'Apache-2.0',
  texts: ['Apache License'],
  purl: 'pkg:npm/%40electric-sql/pglite@0.5.16',
  sha512: 'ab'.repeat(64),
  contains: ['PostgreSQL'],
};
const compiled: Component = {
  name: 'PostgreSQL',
  version: '18.6',
  license: 'PostgreSQL',
  texts: ['PostgreSQL Database Management System'],
  purl: 'pkg:generic/postgresql@18.6',
  cpe: 'cpe:2.3:a:postgresql:postgresql:18.6:*:*:*:*:*:*:*',
};
const dual: Component = { ...engine, name: 'dual', purl: 'pkg:npm/dual@1', license: '(MIT OR Apache-2.0)' };

describe('the bill of materials', () => {
  const text = billOfMaterials(own, [engine, compiled], SECONDS);
  const bill = JSON.parse(text);

  it('is CycloneDX 1.6 of the product at its version', () => {
    assert.deepEqual([bill.bomFormat, bill.specVersion, bill.version], ['CycloneDX', '1.6', 1]);
    assert.match(
      bill.serialNumber,
      /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    assert.equal(bill.metadata.timestamp, '2026-11-29T23:51:14.000Z');
    assert.equal(bill.metadata.component.purl, 'pkg:npm/scimctl@1.2.3');
  });

  it('names each component with what a scanner of advisories looks for', () => {
    assert.deepEqual(bill.components, [
      {
        type: 'library',
        'bom-ref': engine.purl,
        name: engine.name,
        version: '0.5.16',
        hashes: [{ alg: 'SHA-512', content: engine.sha512 }],
        licenses: [{ license: { id: 'Apache-2.0' } }],
        purl: engine.purl,
      },
      {
        type: 'library',
        'bom-ref': compiled.purl,
        name: 'PostgreSQL',
        version: '18.6',
        licenses: [{ license: { id: 'PostgreSQL' } }],
        cpe: compiled.cpe,
        purl: compiled.purl,
      },
    ]);
  });

  it('says what contains what', () => {
    assert.deepEqual(bill.dependencies, [
      { ref: 'pkg:npm/scimctl@1.2.3', dependsOn: [compiled.purl, engine.purl] },
      { ref: engine.purl, dependsOn: [compiled.purl] },
      { ref: compiled.purl },
    ]);
  });

  it('calls a choice of licences an expression', () => {
    const { components } = JSON.parse(billOfMaterials(own, [dual], SECONDS));
    assert.deepEqual(components[0].licenses, [{ expression: '(MIT OR Apache-2.0)' }]);
  });

  it('is the same for the same input, and another for another one', () => {
    assert.equal(billOfMaterials(own, [engine, compiled], SECONDS), text);
    const other = JSON.parse(billOfMaterials(own, [engine], SECONDS));
    assert.notEqual(other.serialNumber, bill.serialNumber);
  });
});

describe('the notices', () => {
  it('have the licence of each package whole, under its name and version', () => {
    const commander = packageComponent('node_modules/commander');
    const notices = thirdPartyNotices([commander, compiled]);

    assert.match(notices, new RegExp(`^ {2}commander ${commander.version} \\(MIT\\)$`, 'm'));
    assert.match(notices, /Copyright \(c\) \d+ TJ Holowaychuk/);
    assert.match(notices, /Permission is hereby granted[\s\S]+PostgreSQL Database Management System/);
  });

  it('have the text of the licence also of a package that has no file with it', () => {
    const [text] = packageComponent('node_modules/pgpass').texts;
    assert.match(text ?? '', /^Copyright \(c\) Hannes Hörl\n\nPermission is hereby granted, free of charge/);
  });

  it('refuse a package without any licence to pass on', () => {
    const [library = ''] = readdirSync(join(projectDirectory, 'node_modules/@koromix'));
    assert.throws(
      () => packageComponent(`node_modules/@koromix/${library}`),
      /koffi-[\w-]+ has no licence to pass on/,
    );
  });
});
