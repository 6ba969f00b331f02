import { invalidSetting } from '../invalid.js';

/**
 * The connection strings of an `appsettings.json`: by the name after `#` (`ConnectionStrings:Main`, or
 * `Main`, in any case, as .NET reads it), or the only one.
 * @throws Problem `connection-setting-invalid`
 */
export function connectionFromJson(text: string, name: string | undefined): string {
  const root = parseJson(text);
  const strings = member(root, ['ConnectionStrings']);
  if (name === undefined) return theOnlyOne(strings);
  const path = name.split(/:|__/);
  const value = member(root, path) ?? member(strings, path);
  if (typeof value === 'string') return value;
  throw invalidSetting(
    `The JSON file has no connection string ${name}.`,
    `It has: ${namesOf(strings).join(', ') || 'none under ConnectionStrings'}.`,
  );
}

function theOnlyOne(strings: unknown): string {
  const names = namesOf(strings);
  const [name] = names;
  if (name !== undefined && names.length === 1) return member(strings, [name]) as string;
  throw invalidSetting(
    names.length === 0
      ? 'The JSON file has no ConnectionStrings.'
      : 'The JSON file has several connection strings.',
    `Name one: file.json#ConnectionStrings:${name ?? 'Main'}${names.length > 1 ? `. There are ${names.join(', ')}` : ''}.`,
  );
}

const namesOf = (strings: unknown) =>
  Object.entries(isObject(strings) ? strings : {})
    .filter(([, value]) => typeof value === 'string')
    .map(([key]) => key);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function member(value: unknown, path: string[]): unknown {
  let found = value;
  for (const step of path) {
    if (!isObject(found)) return undefined;
    const key = Object.keys(found).find((one) => one.toLowerCase() === step.toLowerCase());
    found = key === undefined ? undefined : found[key];
  }
  return found;
}

/** JSON as .NET's configuration takes it: comments and trailing commas are allowed. */
function parseJson(text: string): unknown {
  const stringOrComment = /"(?:[^"\\]|\\[\s\S])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  const stringOrTrailingComma = /"(?:[^"\\]|\\[\s\S])*"|,(?=\s*[}\]])/g;
  const keepStrings = (match: string) => (match.startsWith('"') ? match : '');
  try {
    return JSON.parse(text.replace(stringOrComment, keepStrings).replace(stringOrTrailingComma, keepStrings));
  } catch {
    // The cause is left out: V8 quotes the text, and with it the password.
    throw invalidSetting('The JSON file with the connection string cannot be parsed.', 'Check its syntax.');
  }
}
