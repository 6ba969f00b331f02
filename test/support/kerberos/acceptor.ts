import { loadKoffi } from '../../../src/database/mssql/integrated/load-koffi.js';

/** The server's side of one login. */
export interface Accepted {
  /** Who logs in: `joe@EXAMPLE.COM`. */
  account: string;
  /** What the server answers, by which it proves who it is. */
  reply: Buffer;
}

/** Plays the server of a login by GSSAPI, with the keys of the keytab that `KRB5_KTNAME` names. */
export type Acceptor = (token: Buffer, binding?: Buffer) => Accepted;

type Filled = { length: number | bigint; value: unknown };

/** @throws where the library is not there. */
export async function loadAcceptor(): Promise<Acceptor> {
  const koffi = await loadKoffi();
  const library = koffi.load('libgssapi_krb5.so.2');
  const handle = 'void *';
  const outHandle = koffi.out(koffi.pointer(handle));
  const outWord = koffi.out(koffi.pointer('uint32'));
  const Bytes = koffi.struct({ length: 'size_t', value: handle });
  const Binding = koffi.struct({
    ...{ initiatorType: 'uint32', initiator: Bytes, acceptorType: 'uint32', acceptor: Bytes },
    application: Bytes,
  });
  const bytes = koffi.pointer(Bytes);
  const accept = library.func('gss_accept_sec_context', 'uint32', [
    ...[outWord, koffi.inout(koffi.pointer(handle)), handle, bytes, koffi.pointer(Binding)],
    ...[outHandle, handle, koffi.out(bytes), handle, handle, handle],
  ]);
  const display = library.func('gss_display_name', 'uint32', [outWord, handle, koffi.out(bytes), handle]);
  const status = library.func('gss_display_status', 'uint32', [
    ...[outWord, 'uint32', 'int', handle, koffi.inout(koffi.pointer('uint32')), koffi.out(bytes)],
  ]);
  const copied = ({ length, value }: Filled) =>
    Number(length) === 0 ? Buffer.alloc(0) : Buffer.from(koffi.decode(value, 'uint8', Number(length)));
  const none = { length: 0, value: null };

  return (token, binding) => {
    const minor = [0];
    const name: unknown[] = [null];
    const reply: Filled = { length: 0, value: null };
    const bound = binding && {
      ...{ initiatorType: 0, initiator: none, acceptorType: 0, acceptor: none },
      application: { length: binding.length, value: binding },
    };
    const major = accept(
      ...[minor, [null], null, { length: token.length, value: token }, bound ?? null],
      ...[name, null, reply, null, null, null],
    );
    if (major !== 0) {
      const text: Filled = { length: 0, value: null };
      status([0], minor[0], 2, null, [0], text);
      throw new Error(`${major.toString(16)}: ${copied(text)}`);
    }
    const account: Filled = { length: 0, value: null };
    display([0], name[0], account, null);
    return { account: copied(account).toString(), reply: copied(reply) };
  };
}
