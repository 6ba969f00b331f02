/**
 * Hears of every statement that a database is asked, by whichever way, until it is told to stop. Listens where
 * they all come together: knex's own events are silent about those that are run past it.
 */
export async function watchStatements(database, heard) {
    const client = await database.read(async ({ knex }) => knex.client);
    // Of the class: a transaction has a client of its own.
    const own = Object.getPrototypeOf(client);
    const before = Object.getOwnPropertyDescriptor(own, '_query');
    const query = own._query;
    own._query = function (connection, asked) {
        heard(asked.sql ?? '');
        return query.call(this, connection, asked);
    };
    return () => {
        if (before)
            Object.defineProperty(own, '_query', before);
        else
            Reflect.deleteProperty(own, '_query');
    };
}
