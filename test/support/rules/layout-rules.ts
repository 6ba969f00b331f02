import { code, importsOf, resolved, type SourceFile } from './source-rules.js';

/** The most files and folders that a folder holds. */
const SIBLINGS = 16;

/** Imports that lead back to where they began; those of types count, since a reader follows them as well. */
export function circleFaults(files: readonly SourceFile[]): string[] {
  const imports = new Map(files.map((file) => [file.path, targetsOf(file)]));
  const done = new Set<string>();
  const faults: string[] = [];
  const visit = (path: string, way: readonly string[]) => {
    const at = way.indexOf(path);
    if (at >= 0) faults.push([...way.slice(at), path].join(' -> '));
    if (at >= 0 || done.has(path)) return;
    for (const target of imports.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return faults;
}

/** Folders in which one looks too long. */
export function crowdFaults(files: readonly SourceFile[]): string[] {
  const held = new Map<string, Set<string>>();
  for (const { path } of files) {
    const parts = path.split('/');
    parts.forEach((part, depth) => {
      const folder = parts.slice(0, depth).join('/');
      held.set(folder, (held.get(folder) ?? new Set()).add(part));
    });
  }
  return [...held]
    .filter(([, { size }]) => size > SIBLINGS)
    .map(([folder, { size }]) => `${folder || 'src'} holds ${size}`);
}

/** Names that several files export, so that a reader cannot tell which one is meant. */
export function nameFaults(files: readonly SourceFile[]): string[] {
  const owners = new Map<string, string[]>();
  for (const { path, text } of files) {
    for (const name of exportsOf(text)) owners.set(name, [...(owners.get(name) ?? []), path]);
  }
  return [...owners]
    .filter(([, paths]) => paths.length > 1)
    .map(([name, paths]) => `${name} is exported by ${paths.join(', ')}`);
}

/** Commands that use a file of another noun: what several have in common is in `cli/shared/`. */
export function nounFaults(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    targetsOf(file)
      .filter((target) => nounOf(file.path) && nounOf(target) && nounOf(file.path) !== nounOf(target))
      .map((target) => `${file.path} uses ${target}`),
  );
}

const nounOf = (path: string) => /^cli\/commands\/([\w-]+)\//.exec(path)?.[1];

const targetsOf = ({ path, text }: SourceFile): string[] =>
  importsOf(text)
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier }) => resolved(path, specifier));

const exportsOf = (text: string): string[] =>
  Array.from(
    code(text).matchAll(
      /^export\s+(?:async\s+|abstract\s+)?(?:function\s*\*?|const|class|interface|type|enum)\s+(\w+)/gm,
    ),
    ([, name = '']) => name,
  );
