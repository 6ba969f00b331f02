/** The views over the host application's tables. */
export type HostViewName = 'host_user' | 'host_sso_provider' | 'host_licence';

interface Contract {
  required: readonly string[];
  optional: readonly string[];
}

/** What the host views must and may have: the one contract with the host application. */
export const HOST_VIEWS: Readonly<Record<HostViewName, Contract>> = {
  host_user: {
    required: ['user_id', 'login_name', 'email', 'display_name', 'is_enabled'],
    optional: [
      'given_name',
      'family_name',
      'sso_provider_id',
      'licence_type',
      'is_protected',
      'is_locked_temporarily',
      'last_sign_in_at',
      'external_id',
      'sso_subject',
    ],
  },
  host_sso_provider: {
    required: ['provider_id', 'name', 'protocol', 'is_enabled'],
    optional: ['certificate_expires_at', 'declared_by', 'declared_at'],
  },
  host_licence: {
    required: ['licence_type', 'assign_order', 'seats_total', 'seats_used'],
    optional: ['declared_by', 'declared_at'],
  },
};

/**
 * Columns of `host_user` that say of which values of the application's own columns nobody knows whether they stand for an
 * enabled, or a protected, account; null where they are known. `host scaffold` makes them; nothing but checks reads them.
 */
export const UNNAMED_COLUMNS = ['unnamed_state', 'unnamed_protection'] as const;

/**
 * A column of `host_user`, with any value, that says that the application keeps no e-mail addresses: `email` reads as
 * null and is not written. What the IdP says of it is kept with the link.
 */
export const NO_EMAIL_COLUMN = 'no_email';

export const HOST_VIEW_NAMES = Object.keys(HOST_VIEWS) as HostViewName[];

/** What a generated trigger says where new accounts are the application's business; the reason follows. */
export const CREATES_ITSELF = 'the application creates its accounts itself';
