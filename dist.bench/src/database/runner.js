/** A runner that leaves everything to knex. */
export function knexRunner(knex) {
    const rows = async (sql, bindings = []) => (await knex.raw(sql, bindings));
    return { knex, rows, lookUp: rows };
}
