/*
 * The peer: what one gets who puts SCIMMY's routers in front of PostgreSQL without more ado. A table of
 * documents with the columns that IdPs look up, each with an index; a token checked by its digest at every
 * request; one statement for a look-up, one for a write. No seats, no matching, no trail.
 *
 * DATABASE_URL names the database. Prints its port once it listens.
 */
import { createHash, randomUUID } from 'node:crypto';
import express from 'express';
import pg from 'pg';
import SCIMMY from 'scimmy';
import SCIMMYRouters from 'scimmy-routers';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL ?? 10) });

await pool.query(`
  create schema if not exists peer;
  create table if not exists peer.users (
    id uuid primary key, user_name text not null, external_id text, email text, document jsonb not null,
    created timestamptz not null default now(), modified timestamptz not null default now());
  create unique index if not exists users_user_name on peer.users (lower(user_name));
  create unique index if not exists users_external_id on peer.users (external_id);
  create index if not exists users_email on peer.users (lower(email));
  create index if not exists users_created on peer.users (created, id);
  create table if not exists peer.tokens (digest bytea primary key, name text not null);`);

const COLUMNS = 'id, document, created, modified';

const toResource = ({ id, document, created, modified }) => ({
  ...document,
  id,
  meta: { created: created.toISOString(), lastModified: modified.toISOString() },
});

/** The look-ups that IdPs make, as conditions. */
const CONDITIONS = {
  username: 'lower(user_name) = lower($1)',
  externalid: 'external_id = $1',
  emails: 'lower(email) = lower($1)',
};

function conditionOf(filter) {
  const [expression] = filter;
  for (const [name, value] of Object.entries(expression)) {
    const condition = CONDITIONS[name.toLowerCase()];
    const [operator, wanted] = Array.isArray(value) ? value : (value.value ?? []);
    if (condition && operator === 'eq') return [condition, wanted];
  }
  throw new SCIMMY.Types.Error(400, 'invalidFilter', 'This filter is not supported');
}

async function egress(resource) {
  if (resource.id) {
    const { rows } = await pool.query(`select ${COLUMNS} from peer.users where id = $1`, [resource.id]);
    if (rows.length === 0) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
    return toResource(rows[0]);
  }
  if (resource.filter) {
    const [condition, value] = conditionOf(resource.filter);
    const { rows } = await pool.query(`select ${COLUMNS} from peer.users where ${condition}`, [value]);
    return rows.map(toResource);
  }
  const { startIndex = 1, count = 100 } = resource.constraints ?? {};
  const { rows } = await pool.query(
    `select ${COLUMNS}, (select count(*)::int from peer.users) as total
       from peer.users order by created, id offset $1 limit $2`,
    [startIndex - 1, count],
  );
  resource.constraints = { ...resource.constraints, totalResults: rows[0]?.total ?? 0 };
  return rows.map(toResource);
}

async function ingress(resource, instance) {
  const { id: _id, meta: _meta, schemas: _schemas, ...document } = JSON.parse(JSON.stringify(instance));
  const email = (document.emails?.find((each) => each.primary) ?? document.emails?.[0])?.value ?? null;
  const values = [document.userName, document.externalId ?? null, email, document];
  try {
    const { rows } = resource.id
      ? await pool.query(
          `update peer.users set user_name = $1, external_id = $2, email = $3, document = $4, modified = now()
            where id = $5 returning ${COLUMNS}`,
          [...values, resource.id],
        )
      : await pool.query(
          `insert into peer.users (user_name, external_id, email, document, id)
           values ($1, $2, $3, $4, $5) returning ${COLUMNS}`,
          [...values, randomUUID()],
        );
    if (rows.length === 0) throw new SCIMMY.Types.Error(404, null, `Resource ${resource.id} not found`);
    return toResource(rows[0]);
  } catch (error) {
    if (error.code !== '23505') throw error;
    throw new SCIMMY.Types.Error(409, 'uniqueness', 'The user exists already');
  }
}

async function degress(resource) {
  await pool.query('delete from peer.users where id = $1', [resource.id]);
}

SCIMMY.Resources.declare(SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false), {
  ingress,
  egress,
  degress,
});

async function authenticate(request) {
  const [, token] = /^Bearer (.+)$/.exec(request.header('Authorization') ?? '') ?? [];
  if (token === undefined) throw new Error('No bearer token');
  const digest = createHash('sha256').update(token).digest();
  const { rows } = await pool.query('select name from peer.tokens where digest = $1', [digest]);
  if (rows.length === 0) throw new Error('Unknown token');
  return rows[0].name;
}

const app = express();
// SCIMMY takes paging from numbers only, and Express hands over text.
app.set('query parser', (text) =>
  Object.fromEntries(
    [...new URLSearchParams(text)].map(([name, value]) => [
      name,
      /^\d+$/.test(value) ? Number(value) : value,
    ]),
  ),
);
app.use('/scim/v2', new SCIMMYRouters({ type: 'bearer', handler: authenticate }));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.on('SIGTERM', () => process.exit(0));
