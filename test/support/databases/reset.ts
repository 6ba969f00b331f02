import type { Socket } from 'node:net';

/**
 * Cuts a connection so that the other side is told by a reset. One that is being shut down already is only
 * destroyed: Node may keep what is both reset and shut down, and then never comes to its own end.
 */
export function reset(socket: Socket): void {
  if (socket.writableEnded) socket.destroy();
  else socket.resetAndDestroy();
}
