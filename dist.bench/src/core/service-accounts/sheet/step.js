/** How to come by a token, without its text going through anybody's shell history. */
export const tokenOf = (name) => `the output of: scimctl token create --idp ${name} -q`;
/** Where access tokens are issued (RFC 6749 §3.2): beside `/scim/v2`. */
export const tokenEndpointOf = (tenantUrl) => tenantUrl.replace(/\/scim\/v2$/, '/oauth/token');
/** What becomes of leavers, in the words of the policy. */
export const leavers = ({ name, deprovisionPolicy }) => deprovisionPolicy === 'disable'
    ? 'Whoever leaves is disabled in the application at once, and the seat is free.'
    : `Whoever leaves stays enabled in the application until somebody disables them: scimctl users pending --idp ${name}`;
