/*
 * The limit: what the endpoint could reach if it decided nothing. A bare HTTP server with one prepared statement for a
 * request, which checks the token by its digest, reads or writes the link, the account and the event of one user, and
 * does nothing else: no matching, no seat, no filter but the one that is measured. It works on the tables of the product
 * and of the reference host application.
 *
 * DATABASE_URL names the database, IDP the service account. Prints its port once it listens.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: Number(process.env.POOL ?? 10) });
const idp = process.env.IDP;

const USER = `i.identity_id, i.external_id, i.user_name, i.created_at, i.updated_at, i.attributes,
  u.email, u.display_name, u.first_name, u.last_name, u.enabled`;

const TOKEN = `exists (select from scim.token t where t.public_id = $1 and t.digest = $2 and t.slot is not null)`;

const STATEMENTS = {
  get: `select ${USER} from scim.identity i join app.users u on u.id::varchar(128) = i.host_user_id
         where i.identity_id = $3 and ${TOKEN}`,
  lookup: `select ${USER} from scim.identity i join app.users u on u.id::varchar(128) = i.host_user_id
            where i.service_account_id = $4 and lower(i.user_name) = lower($3) and ${TOKEN}`,
  list: `select ${USER} from scim.identity i join app.users u on u.id::varchar(128) = i.host_user_id
          where i.service_account_id = $5 and ${TOKEN} order by i.created_at, i.identity_id offset $3 limit $4`,
  patch: `with link as (update scim.identity set updated_at = now() where identity_id = $3 and ${TOKEN} returning *),
               account as (update app.users u set display_name = $4 from link where u.id::varchar(128) = link.host_user_id returning u.*),
               event as (insert into scim.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
                         select $5, now(), 'idp:limit', 'user.update', 'user', $3::text, link.user_name, 'done', '{}' from link)
          select ${USER} from link i cross join account u`,
  create: `with account as (insert into app.users (login, email, display_name, first_name, last_name, enabled, identity_provider_id, licence_type)
                            select $3, $3, $4, $5, $6, true, 'a3c4b1de-5f27-4e0b-9d2c-71e86b0f4a55', 'Concurrent' where ${TOKEN} returning *),
                link as (insert into scim.identity (identity_id, service_account_id, external_id, user_name, host_user_id, account_login, account_email, created_at, updated_at)
                         select $7, $8, $9, $3, account.id::text, $3, $3, now(), now() from account returning *),
                event as (insert into scim.event (event_id, occurred_at, actor, action, target_type, target_id, target_name, outcome, details)
                          select $10, now(), 'idp:limit', 'user.create', 'user', link.identity_id::text, $3, 'done', '{}' from link)
           select ${USER} from link i cross join account u`,
};

const resource = (row) => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
  id: row.identity_id,
  externalId: row.external_id,
  userName: row.user_name,
  active: row.enabled,
  displayName: row.display_name,
  name: { givenName: row.first_name, familyName: row.last_name },
  emails: [{ value: row.email, type: 'work', primary: true }],
  meta: { resourceType: 'User', created: row.created_at, lastModified: row.updated_at },
});

const page = (rows) => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults: rows.length,
  startIndex: 1,
  itemsPerPage: rows.length,
  Resources: rows.map(resource),
});

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** Which statement answers a request, with its values behind those of the token, and what is made of its rows. */
async function plan(request) {
  const url = new URL(request.url, 'http://localhost');
  const id = url.pathname.slice('/scim/v2/Users/'.length);
  if (request.method === 'POST') {
    const user = await bodyOf(request);
    const { givenName, familyName } = user.name;
    const ids = [randomUUID(), idp, user.externalId, randomUUID()];
    return [
      'create',
      [user.userName, user.displayName, givenName, familyName, ...ids],
      ([row]) => resource(row),
      201,
    ];
  }
  if (request.method === 'PATCH') {
    const { Operations } = await bodyOf(request);
    return ['patch', [id, Operations[0].value, randomUUID()], ([row]) => resource(row), 200];
  }
  if (id) return ['get', [id], ([row]) => resource(row), 200];
  const name = /"(.*)"/.exec(url.searchParams.get('filter') ?? '')?.[1];
  if (name) return ['lookup', [name, idp], page, 200];
  const from = Number(url.searchParams.get('startIndex') ?? 1) - 1;
  return ['list', [from, Number(url.searchParams.get('count')), idp], page, 200];
}

const server = createServer(async (request, response) => {
  try {
    const token = (request.headers.authorization ?? '').slice('Bearer '.length);
    const digest = createHash('sha256').update(token).digest();
    const [name, values, answer, status] = await plan(request);
    const bound = [token.slice(8, 20), digest, ...values];
    const { rows } = await pool.query({ name, text: STATEMENTS[name], values: bound });
    const text = JSON.stringify(answer(rows));
    response.writeHead(status, {
      'Content-Type': 'application/scim+json',
      'Content-Length': Buffer.byteLength(text),
    });
    response.end(text);
  } catch (error) {
    console.error(error.message);
    response.writeHead(500).end(String(error));
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.once('SIGTERM', () => process.exit(0));
