import { after, before } from 'node:test';
import type { Product } from '../support/databases/product.js';
import { type Cast, createCast } from '../support/databases/roles.js';
import { forEachEngine } from '../support/engines.js';
import { playCases } from './advice-case.js';
import { SQL_SERVER, type SqlServerScene } from './cases/sql-server.js';

forEachEngine(
  'the advice about SQL Server, its logins and their rights',
  (engine) => {
    let cast: Cast;
    let product: Product;
    before(async () => {
      cast = createCast(engine);
      product = await cast.install();
    });
    after(async () => {
      await product.close();
      await cast.drop();
    });

    playCases(
      SQL_SERVER,
      (): SqlServerScene => ({ url: product.url, schema: cast.schema, as: (role) => cast.as(role, product) }),
    );
  },
  { only: ['mssql'] },
);
