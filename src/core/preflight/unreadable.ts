/** A file that is not a list of users. It becomes a Problem where the file's name is known. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  /** @param why goes on from "… cannot be read: ". */
  constructor(
    why: string,
    readonly hint = HINT,
    cause?: unknown,
  ) {
    super(why, { cause });
  }
}

const HINT =
  'Use the CSV file that the IdP exports, or the JSON response of its API: Microsoft Graph, Okta, Google, JumpCloud, OneLogin or SCIM.';

export const unreadable = (why: string, hint?: string, cause?: unknown): Unreadable =>
  new Unreadable(why, hint, cause);
