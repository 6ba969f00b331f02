/** A list in a body that goes on: more of it is read while it is sent. */
export interface Continued {
  /** The list as it is in the body, with its first part. */
  list: readonly unknown[];
  rest: () => AsyncGenerator<readonly unknown[]>;
}

/** What the list is written as before its parts are put in; with U+0000, which no text here has. */
const PLACE = '\u0000the parts';

/** The JSON of a body, part by part, so that no more than one part of a list is held at a time. */
export async function* textInParts(body: unknown, { list, rest }: Continued): AsyncGenerator<string> {
  const text = JSON.stringify(body, (_, value) => (value === list ? PLACE : value));
  const place = JSON.stringify(PLACE);
  const at = text.indexOf(place);
  yield `${text.slice(0, at)}[${elementsOf(list)}`;
  for await (const part of rest()) if (part.length > 0) yield `,${elementsOf(part)}`;
  yield `]${text.slice(at + place.length)}`;
}

const elementsOf = (list: readonly unknown[]): string => JSON.stringify(list).slice(1, -1);
