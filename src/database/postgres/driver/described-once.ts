import type { Client } from 'pg';

/*
 * pg asks for the description of a statement's columns each time it runs, though a statement that has a name never
 * changes them: PostgreSQL refuses to run it rather than that ("cached plan must not change result type"). For the
 * short answers of the endpoint, writing and reading those descriptions is a seventh of the work on both sides.
 */

/** Asked for anew after so long: a pooler that keeps names may have prepared the statement on another connection. */
const KNOWN_MS = 60_000;

interface Field {
  name: string;
}

/** What we use of pg's own classes, which have no types. */
interface Wire {
  describe(message: unknown): void;
}

interface Query {
  name: string;
  submit(wire: Wire): Error | null;
  hasBeenParsed(wire: Wire): boolean;
  handleRowDescription(message: { fields: Field[] }): void;
  handleCommandComplete(message: unknown, wire: Wire): void;
}

export interface NamedStatement {
  name: string;
  text: string;
  values: readonly unknown[];
}

type Answered = (error: Error | null, result: { rows: unknown[] }) => void;

type Ask = (client: Client, statement: NamedStatement) => Promise<{ rows: unknown[] }>;

/** Runs a named statement, whose columns are described once for each connection. */
export function describingOnce(pg: { Query: unknown }): Ask {
  const Base = pg.Query as new (text: string, values: readonly unknown[], callback: Answered) => Query;

  class DescribedOnce extends Base {
    #learns: { name: string; known: Descriptions } | undefined;

    constructor({ name, text, values }: NamedStatement, callback: Answered) {
      // An object would be copied property by property.
      super(text, values, callback);
      this.name = name;
    }

    override submit(wire: Wire): Error | null {
      const known = descriptionsOf(wire);
      const { name } = this;
      if (!this.hasBeenParsed(wire)) known.forget(name);
      const fields = known.of(name);
      if (fields === undefined) {
        this.#learns = { name, known };
        return super.submit(wire);
      }
      if (fields.length > 0) super.handleRowDescription({ fields });
      known.isSilent = true;
      try {
        return super.submit(wire);
      } finally {
        known.isSilent = false;
      }
    }

    override handleRowDescription(message: { fields: Field[] }): void {
      this.#learn(message.fields);
      super.handleRowDescription(message);
    }

    override handleCommandComplete(message: unknown, wire: Wire): void {
      this.#learn([]);
      super.handleCommandComplete(message, wire);
    }

    /** The first that is heard counts: a statement that returns nothing has no description. */
    #learn(fields: Field[]): void {
      this.#learns?.known.learn(this.#learns.name, fields);
      this.#learns = undefined;
    }
  }

  return (client, statement) =>
    new Promise((resolve, reject) => {
      const query = new DescribedOnce(statement, (error, result) =>
        error ? reject(error) : resolve(result),
      );
      client.query(query as never);
    });
}

/** What one connection has said of its named statements; without fields where a statement returns nothing. */
class Descriptions {
  /** While it is, nothing is asked for. */
  isSilent = false;
  readonly #fields = new Map<string, { fields: Field[]; until: number }>();

  of(name: string): Field[] | undefined {
    const known = this.#fields.get(name);
    return known && known.until > performance.now() ? known.fields : undefined;
  }

  learn(name: string, fields: Field[]): void {
    this.#fields.set(name, { fields, until: performance.now() + KNOWN_MS });
  }

  forget(name: string): void {
    this.#fields.delete(name);
  }
}

const descriptions = new WeakMap<Wire, Descriptions>();

function descriptionsOf(wire: Wire): Descriptions {
  const known = descriptions.get(wire);
  if (known) return known;
  const made = new Descriptions();
  descriptions.set(wire, made);
  const describe = wire.describe.bind(wire);
  wire.describe = (message) => {
    if (!made.isSilent) describe(message);
  };
  return made;
}
