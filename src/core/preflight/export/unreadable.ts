/** A file is not a list of users. The caller that knows the name of the file turns this into a Problem. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';

  /** @param why continues the sentence "… cannot be read: ". */
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
