import type { LibraryHandle } from 'koffi';
import { isOnThisMachine } from '../../settings/tls/tls-default.js';
import { inThread, loadKoffi } from './load-koffi.js';
import { type Negotiate, type Negotiation, type NegotiationTarget, principalOf } from './negotiation.js';
import { libraryMissing, type NegotiationFailure, negotiationProblem } from './problems.js';

/** SECURITY_STATUS, as a signed number. https://learn.microsoft.com/windows/win32/secauthn/authentication-functions */
const OK = 0;
const CONTINUE_NEEDED = 0x0009_0312;
const COMPLETE_NEEDED = 0x0009_0313;
const COMPLETE_AND_CONTINUE = 0x0009_0314;

const FAILURES: Readonly<Record<number, [failure: NegotiationFailure, name: string]>> = {
  [0x8009_0303 | 0]: ['server-unknown', 'SEC_E_TARGET_UNKNOWN'],
  [0x8009_0322 | 0]: ['server-unknown', 'SEC_E_WRONG_PRINCIPAL'],
  [0x8009_030e | 0]: ['no-ticket', 'SEC_E_NO_CREDENTIALS'],
  [0x8009_0311 | 0]: ['unreachable', 'SEC_E_NO_AUTHENTICATING_AUTHORITY'],
  [0x8009_0324 | 0]: ['clock', 'SEC_E_TIME_SKEW'],
  [0x8009_0317 | 0]: ['expired', 'SEC_E_CONTEXT_EXPIRED'],
};

/** What a SECURITY_STATUS means, and its name as far as it is known. */
export const sspiFailure = (status: number): [failure: NegotiationFailure, name: string] =>
  FAILURES[status] ?? ['other', 'SECURITY_STATUS'];

/** ISC_REQ_ MUTUAL_AUTH, REPLAY_DETECT, SEQUENCE_DETECT, CONFIDENTIALITY, CONNECTION; never DELEGATE. */
const REQUIRED = 0x02 | 0x04 | 0x08 | 0x10 | 0x0800;
/** ISC_RET_MUTUAL_AUTH. */
const SERVER_PROVEN = 0x02;
const OUTBOUND = 2;
const NATIVE_REPRESENTATION = 0x10;
const TOKEN = 2;
const CHANNEL_BINDINGS = 14;
/** The most that a login message takes, in bytes; tickets of accounts in many groups are long. */
const LONGEST_TOKEN = 65_535;
const CANONICAL_NAME = 2;

type Call = ReturnType<LibraryHandle['func']>;

/**
 * Whether a login has proved who the server is.
 * @param attributes of the context: what both sides have agreed on.
 * @param host where it is. A login on this machine is one of NTLM, and reaches no other.
 */
export const provesServer = (attributes: number, host: string): boolean =>
  (attributes & SERVER_PROVEN) !== 0 || isOnThisMachine(host);

/**
 * Logins with the Windows account of this process, which may be a managed service account (gMSA) or a virtual account.
 * Windows chooses Kerberos, or NTLM where the server has no service principal name.
 * @throws Problem `kerberos-library-missing`
 */
export async function sspiNegotiate(): Promise<Negotiate> {
  try {
    const windows = await loadSspi();
    return (target) => negotiation(windows, target);
  } catch (error) {
    throw libraryMissing(error, process.platform);
  }
}

type Windows = Awaited<ReturnType<typeof loadSspi>>;

async function loadSspi() {
  const koffi = await loadKoffi();
  const security = koffi.load('secur32.dll');
  const sockets = koffi.load('ws2_32.dll');
  const text = 'str16';
  const any = 'void *';
  const SecBuffer = koffi.struct({ cbBuffer: 'uint32', BufferType: 'uint32', pvBuffer: any });
  const SecBufferDesc = koffi.struct({ ulVersion: 'uint32', cBuffers: 'uint32', pBuffers: any });
  const AddressInfo = koffi.struct({
    ...{ flags: 'int', family: 'int', socketType: 'int', protocol: 'int' },
    ...{ addressLength: 'size_t', canonicalName: text, address: any, next: any },
  });
  const credentials = [text, text, 'uint32', any, any, any, any, any, any];
  const initialize = [any, any, text, 'uint32', 'uint32', 'uint32', any, 'uint32', any, any, any, any];
  const of = (name: string, types: string[]): Call => security.func('__stdcall', name, 'int32', types);

  return {
    acquire: of('AcquireCredentialsHandleW', credentials),
    initialize: of('InitializeSecurityContextW', initialize),
    complete: of('CompleteAuthToken', [any, any]),
    deleteContext: of('DeleteSecurityContext', [any]),
    freeCredentials: of('FreeCredentialsHandle', [any]),
    /** SecHandle: two pointers. */
    handle: () => Buffer.alloc(2 * koffi.sizeof(any)),
    /** Buffers for a call, and what holds them. */
    described(...parts: [type: number, bytes: Buffer][]) {
      const size = koffi.sizeof(SecBuffer);
      const list = Buffer.alloc(size * parts.length);
      for (const [at, [type, bytes]] of parts.entries()) {
        const one = { cbBuffer: bytes.length, BufferType: type, pvBuffer: koffi.address(bytes) };
        koffi.encode(list, at * size, SecBuffer, one);
      }
      const whole = Buffer.alloc(koffi.sizeof(SecBufferDesc));
      const pBuffers = koffi.address(list);
      koffi.encode(whole, SecBufferDesc, { ulVersion: 0, cBuffers: parts.length, pBuffers });
      const lengthOf = (at: number): number => koffi.decode(list, at * size, SecBuffer).cbBuffer;
      return { whole, lengthOf, kept: [list, ...parts] };
    },
    /** The whole name of a host, by which it is known in the directory, where DNS has one. */
    async canonicalName(host: string, signal: AbortSignal | undefined): Promise<string> {
      const look = sockets.func('__stdcall', 'GetAddrInfoW', 'int', [text, text, any, any]);
      const free = sockets.func('__stdcall', 'FreeAddrInfoW', 'void', [any]);
      const hints = Buffer.alloc(koffi.sizeof(AddressInfo));
      hints.writeInt32LE(CANONICAL_NAME, 0);
      const found = Buffer.alloc(koffi.sizeof(any));
      if ((await inThread(look, [host, null, hints, found], { signal })) !== 0) return host;
      const address = koffi.decode(found, any);
      try {
        return koffi.decode(address, AddressInfo).canonicalName || host;
      } finally {
        free(address);
      }
    },
  };
}

async function negotiation(windows: Windows, target: NegotiationTarget): Promise<Negotiation> {
  const { host, port, binding, signal } = target;
  const name = target.spn ?? principalOf(await windows.canonicalName(host, signal), port);
  const failed = (status: number) => {
    const [failure, word] = sspiFailure(status);
    return negotiationProblem(failure, { ...target, spn: name }, `${word} 0x${(status >>> 0).toString(16)}`);
  };
  const [credential, context] = [windows.handle(), windows.handle()];
  const [attributes, expiry] = [Buffer.alloc(4), Buffer.alloc(8)];
  const acquired = await inThread(
    windows.acquire,
    [...[null, 'Negotiate', OUTBOUND, null, null], ...[null, null, credential, expiry]],
    { signal },
  );
  if (acquired !== OK) throw failed(acquired);
  let begun = false;
  let complete = false;
  let under: Promise<unknown> = Promise.resolve();

  const step = async (answer: Buffer | undefined): Promise<Buffer | undefined> => {
    const token = Buffer.alloc(LONGEST_TOKEN);
    const given: [number, Buffer][] = [];
    if (answer) given.push([TOKEN, answer]);
    if (binding) given.push([CHANNEL_BINDINGS, securityBinding(binding)]);
    const input = windows.described(...given);
    const output = windows.described([TOKEN, token]);
    const status = await inThread(
      windows.initialize,
      [
        ...[credential, begun ? context : null, name, REQUIRED, 0, NATIVE_REPRESENTATION],
        ...[given.length > 0 ? input.whole : null, 0, context, output.whole, attributes, expiry],
      ],
      { kept: [input.kept, output.kept], signal },
    );
    if (![OK, CONTINUE_NEEDED, COMPLETE_NEEDED, COMPLETE_AND_CONTINUE].includes(status)) throw failed(status);
    begun = true;
    if (status === COMPLETE_NEEDED || status === COMPLETE_AND_CONTINUE) {
      const finished = windows.complete(context, output.whole);
      if (finished !== OK) throw failed(finished);
    }
    complete = status === OK || status === COMPLETE_NEEDED;
    const length = output.lengthOf(0);
    return length === 0 ? undefined : token.subarray(0, length);
  };
  return {
    // It is the process's, and stays so.
    account: undefined,
    get isServerProven() {
      return complete && provesServer(attributes.readUInt32LE(), host);
    },
    next(answer) {
      const done = complete ? Promise.resolve(undefined) : step(answer);
      under = done.catch(() => undefined);
      return done;
    },
    end: () =>
      void under.then(() => {
        if (begun) windows.deleteContext(context);
        windows.freeCredentials(credential);
      }),
  };
}

/** SEC_CHANNEL_BINDINGS: eight numbers, of which the last two say how long the data is, and where it begins. */
function securityBinding(binding: Buffer): Buffer {
  const header = Buffer.alloc(32);
  header.writeUInt32LE(binding.length, 24);
  header.writeUInt32LE(header.length, 28);
  return Buffer.concat([header, binding]);
}
