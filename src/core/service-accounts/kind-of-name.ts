import type { IdpKind } from '../../words/idp.js';
import { IDP_KINDS } from './service-account.js';

/** `okta-eu` is an Okta, `entra` is Entra; anything else is a SCIM client of any make. */
export const kindOfName = (name: string): IdpKind =>
  IDP_KINDS.find((kind) => name === kind || name.startsWith(`${kind}-`)) ?? 'generic';
