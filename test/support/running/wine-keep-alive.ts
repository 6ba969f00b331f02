import { Socket } from 'node:net';

/**
 * Loaded by every Node.js process of a run under Wine. Wine 8 refuses the socket option TCP_KEEPIDLE. Node.js then
 * cannot connect a socket on which `setKeepAlive` was called before, as `fetch` does.
 */
Socket.prototype.setKeepAlive = function () {
  return this;
};
