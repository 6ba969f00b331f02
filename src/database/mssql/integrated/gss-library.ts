import type { LibraryHandle, out } from 'koffi';
import { inThread, loadKoffi } from './load-koffi.js';

/**
 * The parts of GSSAPI that a client needs (RFC 2744), of MIT Kerberos. Numbers come back as the library has them. What
 * returns a promise may ask DNS or a domain controller; with a signal that is aborted, it is not begun.
 */
export interface GssLibrary {
  /** The tickets of the account of this process, which may have to be fetched still. */
  acquire(signal?: AbortSignal): Promise<unknown>;
  /**
   * Who that account is. Without a first step before it, the library would fetch the tickets here, and not say why it
   * gets none.
   */
  accountOf(credential: unknown, signal?: AbortSignal): Promise<string>;
  /** The name of a server: of a host in the form `service@host`, or a whole principal as it is. */
  serverName(text: string, kind: 'host' | 'principal', signal?: AbortSignal): Promise<unknown>;
  /** One step of a login. */
  step(step: GssStep): Promise<{ context: unknown; token: Buffer; complete: boolean }>;
  releaseContext(context: unknown): void;
  releaseName(name: unknown): void;
  releaseCredential(credential: unknown): void;
}

export interface GssStep {
  credential: unknown;
  name: unknown;
  context: unknown;
  answer?: Buffer | undefined;
  binding?: Buffer | undefined;
  signal?: AbortSignal | undefined;
}

/** A call that failed: the two numbers of its status, and what the library says of them. */
export class GssError extends Error {
  constructor(
    readonly major: number,
    readonly minor: number,
    detail: string,
  ) {
    super(detail);
  }
}

type Call = ReturnType<LibraryHandle['func']>;
type Type = Parameters<typeof out>[0];

const MUTUAL_AND_INTEGRITY = 0x02 | 0x20;
const INITIATE = 1;
const CONTINUE_NEEDED = 1;
const MECHANISM_CODE = 2;
const hasFailed = (major: number) => major >>> 16 !== 0;

/** Its bytes in DER, without tag and length. */
const oid = (hex: string) => ({ length: hex.length / 2, elements: Buffer.from(hex, 'hex') });
/** 1.2.840.113554.1.2.2: Kerberos itself. Negotiation (SPNEGO) around it would hide why it failed. */
const KERBEROS = oid('2a864886f712010202');
/** 1.2.840.113554.1.2.1.4, GSS_C_NT_HOSTBASED_SERVICE, and 1.2.840.113554.1.2.2.1, GSS_KRB5_NT_PRINCIPAL_NAME. */
const NAMES = { host: oid('2a864886f71201020104'), principal: oid('2a864886f71201020201') };

const buffer = (bytes: Buffer | undefined) => ({ length: bytes?.length ?? 0, value: bytes ?? null });

/** What a call fills in. */
type Filled = { length: number | bigint; value: unknown };
const filled = (): Filled => ({ length: 0, value: null });

/**
 * Loads MIT Kerberos. Calls that may ask DNS or a domain controller run in another thread, which waits for as long as
 * krb5.conf says: nothing can cut them short.
 * @throws whatever the loader says, where koffi or the library is not there.
 */
export async function loadGss(file = 'libgssapi_krb5.so.2'): Promise<GssLibrary> {
  const koffi = await loadKoffi();
  const library = koffi.load(file);
  const word = 'uint32';
  const outWord = koffi.out(koffi.pointer(word));
  const handle = 'void *';
  const outHandle = koffi.out(koffi.pointer(handle));
  const inoutHandle = koffi.inout(koffi.pointer(handle));
  const Oid = koffi.struct({ length: word, elements: handle });
  const OidSet = koffi.struct({ count: 'size_t', elements: koffi.pointer(Oid) });
  const Bytes = koffi.struct({ length: 'size_t', value: handle });
  const Binding = koffi.struct({
    initiatorType: word,
    initiator: Bytes,
    acceptorType: word,
    acceptor: Bytes,
    application: Bytes,
  });
  const bytes = koffi.pointer(Bytes);
  const outBytes = koffi.out(bytes);
  const mechanism = koffi.pointer(Oid);
  const of = (name: string, ...types: Type[]) => library.func(name, word, [outWord, ...types]);

  const importName = of('gss_import_name', bytes, mechanism, outHandle);
  const acquireCredential = of(
    'gss_acquire_cred',
    ...[handle, word, koffi.pointer(OidSet), 'int', outHandle, handle, handle],
  );
  const inquireCredential = of('gss_inquire_cred', handle, outHandle, outWord, handle, handle);
  const initContext = of(
    'gss_init_sec_context',
    ...[handle, inoutHandle, handle, mechanism, word, word, koffi.pointer(Binding), bytes],
    ...[handle, outBytes, handle, handle],
  );
  const displayName = of('gss_display_name', handle, outBytes, handle);
  const displayStatus = of(
    'gss_display_status',
    word,
    'int',
    mechanism,
    koffi.inout(koffi.pointer(word)),
    outBytes,
  );
  const releaseBuffer = of('gss_release_buffer', koffi.inout(bytes));
  const releaseName = of('gss_release_name', inoutHandle);
  const releaseCredential = of('gss_release_cred', inoutHandle);
  const deleteContext = of('gss_delete_sec_context', inoutHandle, handle);
  // The C library's own, which is found among what the library needs. That of Node joins all threads.
  const exit = library.func('_exit', 'void', ['int']);

  const copied = (from: Filled): Buffer => {
    const length = Number(from.length);
    const copy = length === 0 ? Buffer.alloc(0) : Buffer.from(koffi.decode(from.value, 'uint8', length));
    releaseBuffer([0], from);
    return copy;
  };
  const asserted = (major: number, minor: number): number => {
    if (!hasFailed(major)) return major;
    const text = filled();
    displayStatus([0], minor, MECHANISM_CODE, KERBEROS, [0], text);
    throw new GssError(major, minor, copied(text).toString());
  };
  const beside = async (signal: AbortSignal | undefined, call: Call, ...args: unknown[]): Promise<number> => {
    const minor = [0];
    return asserted(await inThread(call, [minor, ...args], { signal, exit }), minor[0] ?? 0);
  };
  const here = (call: Call, ...args: unknown[]): void => {
    const minor = [0];
    asserted(call(minor, ...args), minor[0] ?? 0);
  };

  const gss: GssLibrary = {
    async acquire(signal) {
      const credential: unknown[] = [null];
      await beside(
        signal,
        acquireCredential,
        ...[null, 0xffffffff, { count: 1, elements: [KERBEROS] }, INITIATE, credential, null, null],
      );
      return credential[0];
    },
    async accountOf(credential, signal) {
      const name: unknown[] = [null];
      const text = filled();
      try {
        await beside(signal, inquireCredential, credential, name, [0], null, null);
        here(displayName, name[0], text, null);
        return copied(text).toString();
      } finally {
        gss.releaseName(name[0]);
      }
    },
    async serverName(text, kind, signal) {
      const name: unknown[] = [null];
      await beside(signal, importName, buffer(Buffer.from(text)), NAMES[kind], name);
      return name[0];
    },
    async step({ credential, name, context, answer, binding, signal }) {
      const contexts = [context];
      const token = filled();
      const none = buffer(undefined);
      const bound = binding && {
        ...{ initiatorType: 0, initiator: none, acceptorType: 0, acceptor: none },
        application: buffer(binding),
      };
      try {
        const major = await beside(
          signal,
          initContext,
          ...[credential, contexts, name, KERBEROS, MUTUAL_AND_INTEGRITY, 0, bound ?? null],
          ...[answer ? buffer(answer) : null, null, token, null, null],
        );
        return { context: contexts[0], token: copied(token), complete: (major & CONTINUE_NEEDED) === 0 };
      } catch (error) {
        gss.releaseContext(contexts[0]);
        throw error;
      }
    },
    releaseContext: (context) => void (context && deleteContext([0], [context], null)),
    releaseName: (name) => void (name && releaseName([0], [name])),
    releaseCredential: (credential) => void (credential && releaseCredential([0], [credential])),
  };
  return gss;
}
