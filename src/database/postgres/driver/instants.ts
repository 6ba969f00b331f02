import type { CustomTypesConfig } from 'pg';
import { nearInstant } from '../../sql/far-instant.js';

/** `date`, `timestamp` and `timestamptz`. */
const OIDS = [1082, 1114, 1184];

type Types = Required<CustomTypesConfig>;

/**
 * pg's types, with a Date for every instant: on its own, it has a number for `infinity`, or a Date that is none. For the
 * `types` of a connection.
 */
export function everyInstant(types: CustomTypesConfig): Types {
  return {
    getTypeParser: ((oid: number, format: 'text') => {
      const parse = types.getTypeParser(oid, format);
      if (!OIDS.includes(oid) || (format as string) === 'binary') return parse;
      return (text: string) => nearInstant(text, parse(text));
    }) as Types['getTypeParser'],
  };
}
