import type { Filter } from '../../../words/filter.js';
import { FilterParser } from '../filter/parse.js';
import { resolveFilter } from '../filter/resolve.js';
import { END_OF_WORD, SyntaxFault } from '../filter/tokens.js';
import { find, findAttribute, noSuchAttribute } from '../schemas/find.js';
import type { Attribute, Extension, ResourceType } from '../schemas/resource-type.js';
import { invalidPath, ScimError } from '../scim-error.js';

/** Where a change applies (RFC 7644 §3.5.2, figure 7). */
export type Path =
  | {
      kind: 'attribute';
      attribute: Attribute;
      filter: Filter | boolean | undefined;
      part: Attribute | undefined;
    }
  | { kind: 'extension'; extension: Extension }
  /** The base schema, and so the resource itself. */
  | { kind: 'core' }
  /** In a schema that this service does not have: refused where a path names it, and not kept where a body has it. */
  | { kind: 'foreign' }
  /** What is accepted and not kept: `password` and `schemas`. */
  | { kind: 'ignored' };

const IGNORED: Path = { kind: 'ignored' };
/** Okta pushes passwords, and some clients say again which schemas a resource has. */
const IGNORED_NAMES = new Set(['password', 'schemas']);

/** Reads a path; `invalidPath` where it is malformed or names what is not there. */
export function parsePath(type: ResourceType, text: string): Path {
  // Nearly all paths are just a name.
  const plain = findAttribute(type, text);
  if (plain) return pathTo(plain);
  try {
    return parse(type, text);
  } catch (error) {
    if (error instanceof SyntaxFault) {
      throw invalidPath(`The path ${JSON.stringify(text.slice(0, 200))} cannot be read: ${error.message}.`);
    }
    if (error instanceof ScimError && error.scimType === 'invalidFilter') throw invalidPath(error.detail);
    throw error;
  }
}

/**
 * The path of a name that may be unknown, without an exception: bodies may have many such names.
 * @param text without a filter in brackets.
 */
export function pathOfName(type: ResourceType, text: string): Path {
  const plain = findAttribute(type, text);
  if (plain) return pathTo(plain);
  const name = text.trim();
  if (name === '' || END_OF_WORD.test(name) || IGNORED_NAMES.has(name.toLowerCase())) return IGNORED;
  const found = find(type, name);
  if (found.kind === 'attribute') return pathTo(found.attribute);
  return found.kind === 'unknown' ? IGNORED : found;
}

function parse(type: ResourceType, text: string): Path {
  const parser = new FilterParser(text);
  const name = parser.expect('word', 'the name of an attribute').text;
  if (parser.peek().kind !== '[') {
    parser.expect('end', 'a filter in brackets or the end');
    return named(type, name);
  }
  const syntax = parser.bracketed();
  const rest = parser.peek();
  const suffix = rest.kind === 'word' ? parser.expect('word', '').text : '';
  parser.expect('end', 'the name of a part or the end');

  const path = named(type, name);
  if (path.kind === 'ignored' || path.kind === 'foreign') return path;
  if (path.kind !== 'attribute' || path.part) throw new SyntaxFault(`${name} takes no filter in brackets`);
  const { attribute } = path;
  return {
    kind: 'attribute',
    attribute,
    filter: resolveFilter(syntax, { type, element: attribute }),
    part: suffix === '' ? undefined : partOf(attribute, suffix),
  };
}

function named(type: ResourceType, name: string): Path {
  if (IGNORED_NAMES.has(name.toLowerCase())) return IGNORED;
  const found = find(type, name);
  if (found.kind === 'attribute') return pathTo(found.attribute);
  if (found.kind !== 'unknown') return found;
  throw invalidPath(noSuchAttribute(type, name));
}

function pathTo(attribute: Attribute): Path {
  if (attribute.label === 'schemas') return IGNORED;
  return attribute.parent
    ? { kind: 'attribute', attribute: attribute.parent, filter: undefined, part: attribute }
    : { kind: 'attribute', attribute, filter: undefined, part: undefined };
}

function partOf(attribute: Attribute, suffix: string): Attribute {
  const part = suffix.startsWith('.') ? attribute.child.get(suffix.slice(1).toLowerCase()) : undefined;
  if (!part) throw new SyntaxFault(`${attribute.label} has no part ${JSON.stringify(suffix)}`);
  return part;
}
