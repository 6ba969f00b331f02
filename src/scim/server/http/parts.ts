import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Gate } from '../fairness/gate.js';

/**
 * Sends a body part by part, each read only when the client has taken most of those before it, and in its turn: so what
 * many large answers hold at once is small, and a slow reader costs no more than a part.
 * @param key whose turns they are: an IdP's.
 * @param onBytes is told how many bytes went out.
 */
export async function sendParts(
  response: ServerResponse,
  parts: AsyncGenerator<string>,
  gate: Gate,
  key: string,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const closing = new AbortController();
  response.once('close', () => closing.abort());
  const next = async () => {
    const leave = await gate.enter(key);
    try {
      return await parts.next();
    } finally {
      leave();
    }
  };
  for (let part = await next(); !part.done; part = await next()) {
    if (response.destroyed) return;
    const bytes = Buffer.from(part.value);
    onBytes(bytes.length);
    if (!response.write(bytes)) await drained(response, closing.signal);
    if (response.destroyed) return;
  }
  response.end();
}

/** Until there is room again, or nobody is there any more. */
async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
