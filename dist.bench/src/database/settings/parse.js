import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { invalidSetting } from './invalid.js';
import { normalisedKey, parseLibpqPairs, parseSemicolonPairs } from './key-values.js';
import { mssqlFromPairs, mssqlFromUrl } from './mssql.js';
import { mssqlKeyword } from './mssql-keywords.js';
import { postgresFromPairs, postgresFromUrl } from './postgres.js';
import { looksLikeNpgsql, parametersOfNpgsql } from './postgres-parameters.js';
import { followReferences } from './references.js';
/**
 * Understands a connection setting in any form that administrators have:
 *
 * - `postgresql://…`, libpq's `host=… dbname=…`, Npgsql's `Host=…;Database=…`;
 * - `mssql://…`, `sqlserver://…`, ADO.NET's and ODBC's `Server=…;Database=…`;
 * - `embedded:DIR`;
 * - references to one of these: `@file`, `env:NAME`, `appsettings.json#ConnectionStrings:Main`,
 *   `web.config#Main`.
 *
 * What cannot be done as asked is refused; what is left out is named in a warning. TLS is verified unless
 * the setting says otherwise or the host is this machine (see `TlsSettings.mode`).
 * @throws Problem of kind `configuration`: `connection-setting-invalid`, `connection-file-unreadable`,
 *   `connection-variable-unset`
 */
export async function parseConnectionSetting(text, options) {
    const { cwd, env } = options;
    const found = await followReferences(text, cwd, env);
    const context = {
        env,
        homeDirectory: options.homeDirectory ?? env.HOME ?? homedir(),
        platform: options.platform ?? process.platform,
        directory: found.directory,
        warnings: [],
    };
    const { settings, passwordInText } = await settingsOf(found.text, context);
    return {
        settings,
        warnings: [...new Set(context.warnings)],
        passwordInText: passwordInText && found.text === text.trim(),
    };
}
async function settingsOf(text, context) {
    const embedded = /^embedded:(.*)$/s.exec(text)?.[1]?.trim();
    if (embedded !== undefined) {
        if (embedded === '')
            throw invalidSetting('embedded: names no directory.', 'Write embedded:./directory.');
        return {
            settings: { engine: 'embedded', directory: resolve(context.directory, embedded) },
            passwordInText: false,
        };
    }
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
    if (scheme !== undefined)
        return fromUrl(scheme, text, context);
    if (/^jdbc:/i.test(text))
        throw jdbc();
    if (text.includes('='))
        return fromPairs(text, context);
    throw notUnderstood();
}
async function fromUrl(scheme, text, context) {
    const passwordInText = /^[^?]*:\/\/[^/?]*:[^/?]*@/.test(text) || /[?&](password|pwd)=./i.test(text);
    if (scheme === 'postgres' || scheme === 'postgresql') {
        return { settings: await postgresFromUrl(text, context), passwordInText };
    }
    if (scheme === 'mssql' || scheme === 'sqlserver') {
        if (/^[^?]*;/.test(text))
            throw jdbc();
        return { settings: await mssqlFromUrl(text, context), passwordInText };
    }
    throw invalidSetting(`Databases of the kind ${scheme}:// are not supported.`, 'Use postgresql:// or mssql://, or an ADO.NET connection string.');
}
async function fromPairs(text, context) {
    if (!text.includes(';') && isLibpq(text)) {
        const pairs = parseLibpqPairs(text);
        return { settings: await postgresFromPairs(pairs, context), passwordInText: holdsPassword(pairs) };
    }
    const pairs = parseSemicolonPairs(text);
    const inner = pairs.find(({ key }) => normalisedKey(key) === 'providerconnectionstring');
    // Entity Framework wraps the connection string into one of its own.
    if (inner)
        return fromPairs(inner.value, context);
    const passwordInText = holdsPassword(pairs);
    if (looksLikeNpgsql(pairs)) {
        return { settings: await postgresFromPairs(parametersOfNpgsql(pairs), context), passwordInText };
    }
    if (!pairs.some(({ key }) => mssqlKeyword(key) !== undefined))
        throw notUnderstood();
    return { settings: await mssqlFromPairs(pairs, context), passwordInText };
}
const isLibpq = (text) => /(^|\s)(host|hostaddr|dbname|service|sslmode)\s*=/.test(text) && !/(^|\s)server\s*=/i.test(text);
const holdsPassword = (pairs) => pairs.some(({ key, value }) => value !== '' && ['password', 'pwd'].includes(normalisedKey(key)));
const notUnderstood = () => invalidSetting('The connection setting is in no form that is known.', 'Use postgresql://user@host/database, mssql://user@host/database, an ADO.NET connection string, embedded:DIR, @FILE or env:NAME.');
const jdbc = () => invalidSetting('JDBC URLs are not supported.', 'Write mssql://user@host:1433/database or postgresql://user@host:5432/database.');
