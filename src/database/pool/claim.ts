import type { Knex } from 'knex';

/** What runs statements of a pool. */
export interface Pool {
  readonly client: Knex.Client;
  /** Builds queries. It may be made only when it is asked for, which takes longer than most statements do. */
  readonly knex: Knex;
}

/** Asks another for its `knex` when it is wanted. A getter of each object would cost more than all that it is for. */
export class WithKnexOf<Owner extends { readonly knex: Knex }> {
  constructor(protected readonly owner: Owner) {}

  get knex(): Knex {
    return this.owner.knex;
  }
}

class ClaimedPool implements Pool {
  private made: Knex | undefined;

  constructor(
    readonly client: Knex.Client,
    private readonly makeKnex: (client: Knex.Client) => Knex,
  ) {}

  get knex(): Knex {
    this.made ??= this.makeKnex(this.client);
    return this.made;
  }
}

/** What both engines' clients have beside what knex has. */
export interface CancellingClient extends Knex.Client {
  /**
   * Cancels what runs on a connection, and refuses with `reason` whatever comes after it but the end of its
   * transaction. What was sent may have been done all the same. A cancellation that comes late hits nobody else.
   */
  cancel(connection: object, reason: Error): void;
}

/** Waits until one more connection may be taken. @returns what is called when it was given back. */
export type EnterPool = () => Promise<() => void>;

/**
 * A pool whose connections are taken in the name of one request: each when `enter` says so. A request that has one
 * gets another at once, or it might wait for itself.
 */
export function claimPool(pool: Pool, makeKnex: (client: Knex.Client) => Knex, enter: EnterPool) {
  const client = pool.client as CancellingClient;
  const held = new Map<object, () => void>();
  let ended: Error | undefined;
  const claimed: CancellingClient = Object.assign(Object.create(client) as CancellingClient, {
    // knex adds listeners to what it is made of, which would end up at the pool's own.
    _events: undefined,
    acquireConnection: async () => {
      const leave = held.size > 0 ? () => undefined : await enter();
      try {
        if (ended) throw ended;
        const connection = (await client.acquireConnection()) as object;
        if (ended) {
          await client.releaseConnection(connection);
          throw ended;
        }
        held.set(connection, leave);
        return connection;
      } catch (error) {
        leave();
        throw error;
      }
    },
    releaseConnection: async (connection: object) => {
      const leave = held.get(connection);
      held.delete(connection);
      await client.releaseConnection(connection);
      leave?.();
    },
  });
  return {
    pool: new ClaimedPool(claimed, makeKnex),
    /** Cancels what is under way, and lets nothing more begin. */
    end: (reason: Error) => {
      ended = reason;
      for (const connection of held.keys()) client.cancel(connection, reason);
    },
  };
}
