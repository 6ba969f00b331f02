import { Problem } from '../problem.js';
import { createPrompts } from './input/prompts.js';
import { createOutput } from './output/output.js';
import { createTalk } from './output/talk.js';
import { readSettings } from './settings.js';
export function createContext(globals, world, { takeSignals = () => { } } = {}) {
    const talk = createTalk(globals, world);
    const prompts = createPrompts(globals, world);
    let settings;
    let database;
    let core;
    let ended = false;
    const interruption = new AbortController();
    /** An interrupted command goes on until it notices; it must not open anything any more. */
    const assertNotEnded = () => {
        if (ended)
            throw new Problem('interrupted', 'interrupted', 'Interrupted.');
    };
    const close = async (how) => {
        const opening = database;
        [database, core] = [undefined, undefined];
        const open = await opening?.catch(() => undefined);
        await open?.close(how);
    };
    const context = {
        world,
        globals,
        output: createOutput(globals, world),
        talk,
        prompts,
        settings: () => {
            settings ??= readSettings(globals, world);
            return settings;
        },
        useSettings: (chosen) => {
            settings = Promise.resolve(chosen);
        },
        database: async () => {
            assertNotEnded();
            database ??= connectAsConfigured(context);
            return database;
        },
        isConnected: () => database !== undefined && !ended,
        core: async () => {
            assertNotEnded();
            core ??= openCore(context);
            return core;
        },
        useDatabase: async (chosen, schema, use = {}) => {
            const { timeoutMs } = await context.settings();
            await close({ abandon: false });
            const { openDatabase } = await import('../database/open.js');
            assertNotEnded();
            database = openDatabase(chosen, {
                schema,
                jitter: () => jitter(world),
                use: { timeoutMs, ...use },
            });
            return database;
        },
        close: () => {
            ended = true;
            return close({ abandon: false });
        },
        interrupted: interruption.signal,
        takeSignals,
        abandon: () => {
            ended = true;
            interruption.abort();
            return close({ abandon: true });
        },
    };
    return context;
}
async function connectAsConfigured(context) {
    const { resolveConnection } = await import('./connection.js');
    const [{ schema, timeoutMs }, connection] = [await context.settings(), await resolveConnection(context)];
    const { openDatabase } = await import('../database/open.js');
    return openDatabase(connection, { schema, jitter: () => jitter(context.world), use: { timeoutMs } });
}
async function openCore(context) {
    const database = await context.database();
    const { schemaStatus } = await import('../database/migrator/migrate.js');
    const { assertCurrent } = await import('../database/migrator/plan.js');
    assertCurrent(await schemaStatus(database));
    const { readTokenKeys } = await import('./token-keys.js');
    const { clock, random, actor } = context.world;
    return { database, clock, random, actor, tokenKeys: await readTokenKeys(context) };
}
const jitter = (world) => (world.random(1)[0] ?? 0) / 256;
