// A receiver of the notices of `scimctl serve --on-pending`, without any library: verifies each notice and prints it.
//   WEBHOOK_SECRET=whsec_... node receive-notices.mjs 9000
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = Buffer.from(process.env.WEBHOOK_SECRET.replace(/^whsec_/, ''), 'base64');
const MAX_AGE_SECONDS = 5 * 60;
const seen = new Set();

function isAuthentic({ headers }, body) {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  // An old notice may be a copy that somebody recorded.
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= MAX_AGE_SECONDS)) return false;
  const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest();
  return String(signatures)
    .split(' ')
    .some((one) => {
      const [version, text = ''] = one.split(',');
      const given = Buffer.from(text, 'base64');
      return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
    });
}

createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    // The bytes as they came: JSON that was parsed and written again has another signature.
    const body = Buffer.concat(chunks);
    if (!isAuthentic(request, body)) return response.writeHead(401).end();
    // The same notice may come twice.
    const id = request.headers['webhook-id'];
    if (!seen.has(id)) {
      const { type, data } = JSON.parse(body);
      console.log(`${type} ${data.loginName} (${data.reason}, ${data.idp}, since ${data.since})`);
    }
    seen.add(id);
    response.writeHead(204).end();
  });
}).listen(Number(process.argv[2]), '127.0.0.1');
