/** The IdPs that can be played. */
export const IDP_NAMES = ['entra', 'okta'] as const;
export type IdpName = (typeof IDP_NAMES)[number];

/** What people call them. */
export const IDP_LABELS: Readonly<Record<IdpName, string>> = { entra: 'Entra', okta: 'Okta' };

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const ENTERPRISE_SCHEMA = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const LIST_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';
export const ERROR_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:Error';
export const PATCH_SCHEMA = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
