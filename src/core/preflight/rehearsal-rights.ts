/** The rights that the endpoint needs to provision users. */
export const REHEARSAL_RIGHTS = {
  installation: 'SELECT',
  service_account: 'SELECT',
  token: 'SELECT',
  identity: 'SELECT, INSERT, UPDATE',
  idp_group: 'SELECT, UPDATE(updated_at)',
  idp_group_member: 'SELECT, DELETE',
  event: 'SELECT, INSERT',
  host_user: 'SELECT, INSERT, UPDATE',
  host_sso_provider: 'SELECT',
  host_licence: 'SELECT',
};
