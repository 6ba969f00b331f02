import { randomBytes } from 'node:crypto';
import { grantRoles } from '../../../src/core/rights/grant.js';
import { ROLES, type Role, roleName } from '../../../src/core/rights/roles.js';
import type { TestDatabase, TestEngine } from '../engines.js';
import { installProduct, type Product } from './product.js';

/** A login for each role. Roles and logins outlive a database, so each cast has a schema's name of its own. */
export interface Cast {
  schema: string;
  /** Installs the product where the roles are, and the logins in them. */
  install(options?: { host?: boolean }): Promise<Product>;
  /** The database's URL, as the login of a role. */
  as(role: Role, product: Product): string;
  loginOf(role: Role): string;
  /** Drops the databases, the logins and the roles. */
  drop(): Promise<void>;
}

const PASSWORD = 'Only-for-these-tests-1';

export function createCast(engine: TestEngine): Cast {
  const schema = `scim_${randomBytes(4).toString('hex')}`;
  const loginOf = (role: Role) => `${schema}_${role}_login`;
  const made: TestDatabase[] = [];
  let hasLogins = false;

  const createLogins = async (test: TestDatabase) => {
    if (hasLogins) return;
    hasLogins = true;
    const create = engine.name === 'mssql' ? 'create login %s with' : 'create role %s login';
    for (const role of ROLES) {
      const equals = engine.name === 'mssql' ? ' =' : '';
      await test.query(`${create.replace('%s', loginOf(role))} password${equals} '${PASSWORD}'`);
    }
  };

  return {
    schema,
    loginOf,
    install: async (options) => {
      const test = await engine.freshDatabase();
      made.push(test);
      await createLogins(test);
      const product = await installProduct(test, { ...options, schema });
      await grantRoles(product.core, { roles: ROLES });
      for (const role of ROLES) await grantRoles(product.core, { roles: [role], login: loginOf(role) });
      if (options?.host !== false && (await isBabelfish(product))) {
        // Its triggers run with the rights of the caller: ownership reaches as far as the view and no further.
        const writers = ['operator', 'endpoint', 'installer'] as const;
        for (const role of writers)
          await test.query(`grant select, insert, update on app.users to ${roleName(role, schema)}`);
      }
      return product;
    },
    as: (role, product) => {
      const url = new URL(product.url);
      [url.username, url.password] = [loginOf(role), PASSWORD];
      return url.href;
    },
    drop: async () => {
      for (const test of made) await test.drop();
      const server = await engine.freshDatabase();
      for (const role of ROLES) {
        if (engine.name === 'mssql') await server.query(`drop login ${loginOf(role)}`);
        else await server.query(`drop role if exists ${loginOf(role)}, ${roleName(role, schema)}`);
      }
    },
  };
}

export const isBabelfish = async ({ database }: Product): Promise<boolean> =>
  (await database.read(({ knex, dialect }) => dialect.serverInfo(knex))).product === 'Babelfish';
