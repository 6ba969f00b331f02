/** Which IdP a service account is for: its quirks and its set-up sheet follow from that. */
export type IdpKind = 'entra' | 'okta' | 'generic';

/** What happens to the account when a user leaves: an administrator disables it, or the endpoint does. */
export type DeprovisionPolicy = 'manual' | 'disable';

/** What an IdP sends to the application as NameID when a user signs in with SAML. */
export type SsoSubject = 'user-name' | 'email' | 'object-id';
