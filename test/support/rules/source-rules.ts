/** A source file: its path below `src/`, with forward slashes, and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

export interface Import {
  specifier: string;
  /** Whether loading the file loads what it imports: not for types, not for `import()` inside a function. */
  loads: boolean;
}

/** Modules that take long to load; only the command that needs one may load it. */
const heavyModules = [
  'knex',
  'pg',
  'tedious',
  'mssql',
  '@electric-sql/pglite',
  'inquirer',
  'chalk',
  'cli-table3',
];

/** The floors from top to bottom; a file may use its own folder and what is on a lower floor. */
const floors = [
  ['main.ts'],
  ['cli', 'scim'],
  ['world.ts'],
  ['core'],
  ['database'],
  ['binding'],
  ['words'],
  ['problem.ts', 'installation', 'files', 'printable.ts', 'loopback.ts', 'within.ts', 'system-program.ts'],
];

/** The two commands that start what is in `scim/`. */
const scimStarters = /^cli\/commands\/(serve|probe)(\/|\.ts$)/;

/** Imports that run up, or across between the two doors. */
export function floorFaults({ path, text }: SourceFile): string[] {
  return importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => resolved(path, specifier))
    .filter((target) => !mayUse(path, target))
    .map((target) => `${path} uses ${target}`);
}

/** Reaching for clock, environment, console or chance from inside, where they are handed in. */
export function ambientFaults({ path, text }: SourceFile): string[] {
  if (!/^(core|scim)\//.test(path)) return [];
  return matches(
    code(text),
    /\bprocess\.(?:env|exit)\b|\bconsole\.|\bnew Date\(\)|\bDate\.now\(|\bMath\.random\(/g,
  ).map((found) => `${path} has ${found}`);
}

/** Heavy modules that are loaded together with the file. */
export function loadingFaults({ path, text }: SourceFile): string[] {
  return importsOf(text)
    .filter(({ loads, specifier }) => loads && heavyModules.some((name) => isOf(name, specifier)))
    .map(({ specifier }) => `${path} loads ${specifier}`);
}

/** What reads files that are none of the user's: ours, the system's, and the one reader of all others. */
const OWN_FILES =
  /^(files\/text-file|installation\/files|database\/migrator\/files|database\/embedded\/[\w-]+|cli\/commands\/quickstart\/[\w-]+)\.ts$/;

/** Text that is read in a fixed encoding. */
export function encodingFaults({ path, text }: SourceFile): string[] {
  if (OWN_FILES.test(path)) return [];
  return matches(code(text), /\breadFile(?:Sync)?\([^()]*(?:\([^()]*\)[^()]*)*,\s*['"]/g).map(
    (found) => `${path} has ${found}`,
  );
}

/** Files that are renamed at the first try only. */
export function renameFaults({ path, text }: SourceFile): string[] {
  if (path === 'files/rename-over.ts') return [];
  return matches(code(text), /\brename(?:Sync)?\(/g).map((found) => `${path} has ${found}`);
}

/** Decisions by the engine's name above the floor where engines differ. */
export function engineFaults({ path, text }: SourceFile): string[] {
  if (path.startsWith('database/')) return [];
  const name = `['"](?:mssql|postgres|embedded)['"]`;
  return matches(code(text), new RegExp(`[!=]==?\\s*${name}|${name}\\s*[!=]==?|\\bcase\\s+${name}`, 'g')).map(
    (found) => `${path} has ${found}`,
  );
}

/** Files that are no longer one idea. */
export function lengthFaults({ path, text }: SourceFile): string[] {
  const lines = text.trimEnd().split('\n').length;
  return lines > 300 ? [`${path} has ${lines} lines`] : [];
}

function mayUse(path: string, target: string): boolean {
  const [from, to] = [floorOf(path), floorOf(target)];
  if (top(path) === top(target)) return true;
  return to > from || (from === to && top(target) === 'scim' && scimStarters.test(path));
}

function floorOf(path: string): number {
  const floor = floors.findIndex((names) => names.includes(top(path)));
  if (floor < 0) throw new Error(`${path} is on no floor: src/ holds ${floors.flat().join(', ')}`);
  return floor;
}

const top = (path: string) => path.split('/')[0] ?? '';

const isOf = (module: string, specifier: string) =>
  specifier === module || specifier.startsWith(`${module}/`);

export function resolved(path: string, specifier: string): string {
  const target = new URL(specifier, `file:///src/${path}`).pathname.replace(/\.js$/, '.ts');
  // What lies outside src/ (package.json, sql/) belongs to every floor.
  return target.startsWith('/src/') ? target.slice('/src/'.length) : 'problem.ts';
}

export function importsOf(text: string): Import[] {
  const source = code(text);
  const found: Import[] = [];
  for (const [, type, specifier = ''] of source.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^'"`;]*?\bfrom\s*)?['"]([^'"]+)['"]/gm,
  )) {
    found.push({ specifier, loads: type === undefined });
  }
  for (const [, line = '', specifier = ''] of source.matchAll(/^(.*)\bimport\(\s*['"]([^'"]+)['"]/gm)) {
    found.push({ specifier, loads: /^\S.*\bawait\s*$/.test(line) && !line.includes('=>') });
  }
  return found;
}

/** The text without its comments, but with its strings. */
export function code(text: string): string {
  const stringOrComment =
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(stringOrComment, (_whole, string?: string) => string ?? '');
}

const matches = (text: string, pattern: RegExp) => Array.from(text.matchAll(pattern), ([found]) => found);
