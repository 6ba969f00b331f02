import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { storableSetting } from '../../src/database/settings/storable.js';
import { Problem } from '../../src/problem.js';
import { temporaryDirectory } from '../support/environment.js';
const SECRET = 's3cret';
const stored = (text, { cwd = '/srv/app', env = {} } = {}) => storableSetting(text, { cwd, env, homeDirectory: '/nonexistent', platform: 'linux' });
describe('a connection setting that is kept in a file', {
    skip: process.platform === 'win32' && 'POSIX paths',
}, () => {
    const examples = {
        'postgresql://joe:s3cret@db1:5432/app?sslmode=require': 'postgresql://joe@db1:5432/app?sslmode=require',
        'postgres://joe@db1/app?password=s3cret': 'postgres://joe@db1/app',
        'postgresql://joe:s%403cret@db1,db2:5433/app': 'postgresql://joe@db1,db2:5433/app',
        'mssql://sa:s3cret@sql01:1433/app?encrypt=true': 'mssql://sa@sql01:1433/app?encrypt=true',
        'mssql://sql01/app?user=sa&pwd=s3cret': 'mssql://sql01/app?user=sa',
        'Server=sql01,1433;Database=app;User ID=sa;Password=s3cret;Encrypt=true': 'Server=sql01,1433;Database=app;User ID=sa;Encrypt=true',
        'Server=sql01;Database="a;b";UID=sa;PWD="s3cret;""x"': 'Server=sql01;Database="a;b";UID=sa',
        'Driver={ODBC Driver 18 for SQL Server};Server=sql01;Database=app;Uid=sa;Pwd={s3cret;}}x}': 'Driver=ODBC Driver 18 for SQL Server;Server=sql01;Database=app;Uid=sa',
        'Host=db1;Database=app;Username=joe;Password=s3cret': 'Host=db1;Database=app;Username=joe',
        "host=db1 dbname='my app' user=joe password='s3cret x'": "host=db1 dbname='my app' user=joe",
        'host=db1 dbname=app user=joe sslrootcert=ca.pem': 'host=db1 dbname=app user=joe sslrootcert=/srv/app/ca.pem',
        'postgresql://joe@db1/app?sslrootcert=certs/ca.pem': 'postgresql://joe@db1/app?sslrootcert=%2Fsrv%2Fapp%2Fcerts%2Fca.pem',
        'embedded:try': 'embedded:/srv/app/try',
        'embedded:/var/lib/x': 'embedded:/var/lib/x',
    };
    for (const [text, expected] of Object.entries(examples)) {
        it(`is without its password and with whole paths: ${text}`, async () => {
            const kept = await stored(text);
            assert.equal(kept, expected);
            assert.ok(!kept.includes(SECRET));
        });
    }
    it('stays a reference where it is one', async () => {
        const cwd = await temporaryDirectory('settings');
        await writeFile(join(cwd, 'db.txt'), `postgresql://joe:${SECRET}@db1/app`);
        const json = { ConnectionStrings: { Main: `Server=sql01;Database=app;User ID=sa;Password=${SECRET}` } };
        await writeFile(join(cwd, 'appsettings.json'), JSON.stringify(json));
        const env = { DB: `postgresql://joe:${SECRET}@db1/app` };
        assert.equal(await stored('env:DB', { cwd, env }), 'env:DB');
        assert.equal(await stored('@db.txt', { cwd }), `@${cwd}/db.txt`);
        assert.equal(await stored('appsettings.json#ConnectionStrings:Main', { cwd }), `${cwd}/appsettings.json#ConnectionStrings:Main`);
    });
    it('is refused where it would lead elsewhere from another directory', async () => {
        await assert.rejects(stored('env:DB', { env: { DB: 'embedded:relative' } }), (error) => error instanceof Problem && error.code === 'connection-setting-invalid');
    });
});
