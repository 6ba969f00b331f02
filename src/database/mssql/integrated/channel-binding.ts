import type { TLSSocket } from 'node:tls';

/**
 * What ties a login to the TLS connection that it goes through (RFC 5929, `tls-unique`), so that a server which requires
 * it (Extended Protection) can tell that the login was not passed on by somebody between. TLS 1.3 has no such value;
 * SQL Server speaks it with Encrypt=Strict only, and what it expects there is not documented.
 */
export function channelBinding(tls: TLSSocket | undefined): Buffer | undefined {
  if (!tls || tls.getProtocol() === 'TLSv1.3') return undefined;
  // The first message Finished of a handshake is the client's, unless a session is resumed, which the driver never does.
  const finished = tls.isSessionReused() ? undefined : tls.getFinished();
  return finished && Buffer.concat([Buffer.from('tls-unique:'), finished]);
}
