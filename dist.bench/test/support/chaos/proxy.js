import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { listen } from '../fake-servers/listen.js';
import { reset } from '../reset.js';
import { through } from '../trouble-proxy.js';
/** What may befall a piece of data on its way, and how often, of one. */
const FATES = [
    ['cut', 0.006],
    ['reset', 0.006],
    // Half of it arrives, and then nothing more.
    ['torn', 0.004],
    // Nothing is passed on any more, and nobody is told.
    ['silent', 0.0008],
    ['late', 0.05],
];
const REFUSED = 0.03;
const LATEST_MS = 60;
/** Stands between a client and its server and cuts, resets, tears, delays and silences connections at random. */
export async function chaosProxy(url, random) {
    const target = new URL(url);
    const fates = { cut: 0, reset: 0, torn: 0, silent: 0, late: 0, refused: 0 };
    const server = await listen((client) => {
        if (random.next() < REFUSED) {
            fates.refused++;
            reset(client);
            return;
        }
        const upstream = connect(Number(target.port), target.hostname);
        upstream.on('error', () => undefined);
        client.on('close', () => upstream.destroy());
        upstream.on('close', () => client.destroy());
        const link = { client, upstream, silent: false };
        carry(link, client, upstream);
        carry(link, upstream, client);
    });
    function carry(link, from, to) {
        from.setNoDelay(true);
        let turn = Promise.resolve();
        from.on('data', (chunk) => {
            const fate = drawFate(random);
            if (fate)
                fates[fate]++;
            // One after the other, so that what is late does not overtake.
            turn = turn.then(() => deliver(link, to, chunk, fate, random.below(LATEST_MS)));
        });
    }
    return { url: through(url, server.port), fates, close: server.close };
}
async function deliver(link, to, chunk, fate, lateMs) {
    if (fate === 'late')
        await sleep(lateMs);
    if (fate === 'silent')
        link.silent = true;
    if (link.silent || to.destroyed)
        return;
    if (fate === 'torn')
        to.write(chunk.subarray(0, chunk.length >> 1), () => to.destroy());
    else if (fate === 'cut')
        link.client.destroy();
    else if (fate === 'reset') {
        reset(link.client);
        reset(link.upstream);
    }
    else
        to.write(chunk);
}
function drawFate(random) {
    let draw = random.next();
    return FATES.find(([, probability]) => {
        draw -= probability;
        return draw < 0;
    })?.[0];
}
