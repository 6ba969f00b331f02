import type { Component } from './components.js';

const RULE = '-'.repeat(80);

/** The notices that licences of others require us to pass on, as one text. */
export function thirdPartyNotices(components: readonly Component[]): string {
  const head = `scimctl contains the software listed here, under its own licences. scimctl itself is under the licence in LICENSE.\n`;
  const list = components.map(({ name, version, license }) => `  ${name} ${version} (${license})\n`).join('');
  const texts = components.map(
    ({ name, version, license, texts }) =>
      `${RULE}\n${name} ${version}\n${license}\n${RULE}\n\n${texts.join('\n\n')}\n`,
  );
  return [head, list, ...texts].join('\n').replaceAll('\r\n', '\n');
}
