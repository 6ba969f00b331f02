/** SQL Server's answer to a login, with the tokens of SSPI apart from all others. */
export interface LoginAnswer {
  /** What the driver understands. */
  rest: Buffer;
  /** The token of the other side, where there is one; it may be empty. */
  token?: Buffer;
}

const SSPI = 0xed;
const FEATURES = 0xae;
const FEDERATED = 0xee;
/** ENVCHANGE, ERROR, INFO, LOGINACK: a length of two bytes, then that much. */
const SHORT = [0xe3, 0xaa, 0xab, 0xad];
/** DONE, DONEPROC, DONEINPROC: twelve bytes. */
const FIXED = [0xfd, 0xfe, 0xff];

/**
 * Takes the SSPI tokens out of an answer. The driver reads them as NTLM's, which are longer than 46 bytes; Kerberos has
 * other forms. What is not understood is left for the driver, which says so.
 * @see https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/ (2.2.7)
 */
export function separateToken(answer: Buffer): LoginAnswer {
  const kept: Buffer[] = [];
  let token: Buffer | undefined;
  let at = 0;
  while (at < answer.length) {
    const end = endOf(answer, at);
    if (end === undefined || end > answer.length) break;
    if (answer[at] === SSPI) token = answer.subarray(at + 3, end);
    else kept.push(answer.subarray(at, end));
    at = end;
  }
  kept.push(answer.subarray(at));
  return { rest: Buffer.concat(kept), ...(token && { token }) };
}

/** Where the token that begins here ends; undefined where that cannot be known. */
function endOf(answer: Buffer, at: number): number | undefined {
  const type = answer[at] ?? 0;
  if (FIXED.includes(type)) return at + 13;
  if (type === FEATURES) return endOfFeatures(answer, at + 1);
  if (type === FEDERATED) return at + 5 <= answer.length ? at + 5 + answer.readUInt32LE(at + 1) : undefined;
  if (type !== SSPI && !SHORT.includes(type)) return undefined;
  return at + 3 <= answer.length ? at + 3 + answer.readUInt16LE(at + 1) : undefined;
}

/** Each has a number, a length of four bytes, and that much; 0xFF ends them. */
function endOfFeatures(answer: Buffer, start: number): number | undefined {
  for (let at = start; at < answer.length; ) {
    if (answer[at] === 0xff) return at + 1;
    if (at + 5 > answer.length) return undefined;
    at += 5 + answer.readUInt32LE(at + 1);
  }
  return undefined;
}
