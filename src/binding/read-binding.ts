import { configurationProblem, type Problem } from '../problem.js';
import type { Binding } from './binding.js';
import { faultsOf } from './faults.js';
import { BINDING_SCHEMA } from './schema.js';
import type { Condition, Value } from './value.js';

/**
 * Reads the text of a binding file.
 * @throws Problem `binding-invalid`, which names the places that are wrong, the first ten of them.
 */
export function readBinding(text: string, file = 'host-binding.json'): Binding {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw invalid(file, [`it is not valid JSON: ${(error as Error).message}`]);
  }
  return toBinding(content, file);
}

/** The same of what was parsed already. */
export function toBinding(content: unknown, file = 'host-binding.json'): Binding {
  const faults = faultsOf(content, BINDING_SCHEMA, BINDING_SCHEMA, '');
  if (faults.length > 0) throw invalid(file, faults);
  return content as Binding;
}

/** A value as the binding file holds it, such as an answer. @throws Problem `binding-invalid` */
export const toValue = (content: unknown, name: string): Value => checked(content, 'value', name) as Value;

/** A condition as the binding file holds it. @throws Problem `binding-invalid` */
export const toCondition = (content: unknown, name: string): Condition =>
  checked(content, 'condition', name) as Condition;

/** Anything of the format, by its name in the schema's `$defs`. @throws Problem `binding-invalid` */
export function checked(content: unknown, kind: string, name: string): unknown {
  const faults = faultsOf(content, { $ref: `#/$defs/${kind}` }, BINDING_SCHEMA, '');
  if (faults.length > 0) throw invalid(name, faults);
  return content;
}

const LISTED = 10;

function invalid(file: string, faults: readonly string[]): Problem {
  const more = faults.length > LISTED ? [`and ${faults.length - LISTED} more`] : [];
  return configurationProblem(
    'binding-invalid',
    `${file} is not a valid binding: ${[...faults.slice(0, LISTED), ...more].join('; ')}.`,
    { hint: 'Correct these places. docs/host-scaffold.md describes the format.' },
  );
}
