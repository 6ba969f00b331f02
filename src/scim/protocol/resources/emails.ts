import type { ProvisionedUser } from '../../../core/provisioning/types.js';
import { ADDRESS_PARTS, OTHER_ADDRESSES } from '../../../database/queries/filters/stored-emails.js';
import { invalidValue } from '../scim-error.js';

/** One value of `emails`. */
interface Address {
  value?: string;
  type?: string;
  display?: string;
  primary?: boolean;
}

/** The address that the host application has, and what is kept with the link: what else there is of it, and the others. */
export interface Emails {
  email: string | null;
  kept: Record<string, unknown>;
}

const MAX_EMAIL = 320;

/** Lists as they were put together: where nothing has changed one, it comes apart into the same. */
const READ = new WeakMap<object, Emails>();

/** The addresses of a user, that of the host application first. */
export function emailsOf({
  email,
  attributes,
}: Pick<ProvisionedUser, 'email' | 'attributes'>): Address[] | undefined {
  const { [ADDRESS_PARTS]: parts = { type: 'work', primary: true }, [OTHER_ADDRESSES]: others = [] } =
    attributes as { [ADDRESS_PARTS]?: Address; [OTHER_ADDRESSES]?: Address[] };
  const list = [...(email === null ? [] : [{ value: email, ...parts }]), ...others];
  if (list.length === 0) return undefined;
  const { [ADDRESS_PARTS]: own, [OTHER_ADDRESSES]: rest } = attributes;
  READ.set(list, {
    email,
    kept: {
      ...(own !== undefined && { [ADDRESS_PARTS]: own }),
      ...(rest !== undefined && { [OTHER_ADDRESSES]: rest }),
    },
  });
  return list;
}

/**
 * What a document says of the addresses. The host application has the primary one, else that of type work, else the
 * first; the others are kept with the link. One without a type is of type work, where no other is, and that of type
 * work is primary, where nothing else is said.
 */
export function emailsIn(emails: unknown): Emails {
  const read = typeof emails === 'object' && emails !== null ? READ.get(emails) : undefined;
  if (read) return read;
  const list = ((emails ?? []) as Address[]).filter(({ value }) => value !== undefined);
  const best = chosen(list);
  if (!best) return { email: null, kept: {} };
  if (list.some(({ value = '' }) => value.length > MAX_EMAIL)) {
    throw invalidValue(`emails.value is longer than ${MAX_EMAIL} characters.`);
  }
  const others = list.filter((one) => one !== best);
  const parts = partsOf(best, others);
  const isUsual = parts.type === 'work' && parts.primary === true && parts.display === undefined;
  return {
    email: best.value ?? null,
    kept: {
      ...(!isUsual && { [ADDRESS_PARTS]: parts }),
      ...(others.length > 0 && { [OTHER_ADDRESSES]: others }),
    },
  };
}

/** The address that the host application has, of those in a document. */
export const addressIn = (emails: unknown): string | null => {
  const list = ((emails ?? []) as Address[]).filter(({ value }) => value !== undefined);
  return chosen(list)?.value ?? null;
};

const chosen = (list: readonly Address[]): Address | undefined =>
  list.find(({ primary }) => primary === true) ?? list.find(isWork) ?? list[0];

function partsOf({ type, display, primary }: Address, others: readonly Address[]): Address {
  const kind = type ?? (others.some(isWork) ? undefined : 'work');
  const isPrimary = primary ?? (isWork({ type: kind }) ? true : undefined);
  return {
    ...(kind !== undefined && { type: kind }),
    ...(display !== undefined && { display }),
    ...(isPrimary !== undefined && { primary: isPrimary }),
  };
}

const isWork = ({ type }: Address): boolean => type?.toLowerCase() === 'work';
