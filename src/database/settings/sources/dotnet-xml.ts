import { invalidSetting } from '../invalid.js';

export interface XmlConnection {
  name: string;
  text: string;
}

/** What a `web.config` or `app.config` says of its connection strings. */
export interface XmlConnections {
  connections: XmlConnection[];
  /** `configSource`: the section stands in this other file. */
  elsewhere?: string;
}

/**
 * The `<connectionStrings>` of a `web.config`, `app.config`, or of the file that its `configSource` names.
 * Not a general XML parser: comments, attributes and entities are what such files hold.
 * @throws Problem `connection-setting-invalid` where the section is encrypted
 */
export function connectionsFromXml(text: string): XmlConnections {
  const plain = text.replace(/<!--[\s\S]*?-->/g, '');
  const connections: XmlConnection[] = [];
  let elsewhere: string | undefined;
  for (const [, attributes = '', body = ''] of plain.matchAll(
    /<connectionStrings\b((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(?:\/>|>([\s\S]*?)<\/connectionStrings\s*>)/g,
  )) {
    const section = attributesOf(attributes);
    if (section.has('configProtectionProvider') || body.includes('<EncryptedData')) throw encrypted();
    elsewhere = section.get('configSource') ?? elsewhere;
    for (const [, add = ''] of body.matchAll(/<add\b((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*\/?>/g)) {
      const values = attributesOf(add);
      const [name, connection] = [values.get('name'), values.get('connectionString')];
      if (name !== undefined && connection) connections.push({ name, text: connection });
    }
  }
  return elsewhere === undefined ? { connections } : { connections, elsewhere };
}

/** The connection that is named after `#`, or the only one. @throws Problem `connection-setting-invalid` */
export function chooseXmlConnection(connections: XmlConnection[], name: string | undefined): string {
  // Machine-wide defaults that every web.config inherits are no database of an application.
  const own = connections.filter((one) => one.name !== 'LocalSqlServer');
  const wanted = name?.replace(/^connectionStrings:/i, '').toLowerCase();
  const found =
    wanted === undefined && own.length === 1
      ? own[0]
      : connections.findLast((one) => one.name.toLowerCase() === wanted);
  if (found) return found.text;
  const names = own.map((one) => one.name).join(', ');
  throw invalidSetting(
    name === undefined
      ? 'The configuration file does not have exactly one connection string.'
      : `The configuration file has no connection string ${name}.`,
    names === '' ? 'It has none.' : `Name one after #: ${names}.`,
  );
}

const encrypted = () =>
  invalidSetting(
    'The connectionStrings section of the configuration file is encrypted.',
    'Decrypt a copy with `aspnet_regiis -pdf connectionStrings <folder>`, or write the setting to a file of its own.',
  );

const attributesOf = (text: string) =>
  new Map(
    [...text.matchAll(/([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(
      ([, name = '', double, single]) => [name, unescapeXml(double ?? single ?? '')] as const,
    ),
  );

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text of an attribute, without entities. */
export const unescapeXml = (text: string): string =>
  text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? all;
    return String.fromCodePoint(Number.parseInt(hex ?? decimal, hex === undefined ? 10 : 16));
  });
