/** How a service account may show who it is: `bearer` always works, the others where it allows them. */
export const AUTHENTICATION_METHODS = ['bearer', 'basic', 'oauth'];
/** The methods that a service account takes. */
export const methodsOf = (account) => AUTHENTICATION_METHODS.filter((method) => method === 'bearer' ||
    (method === 'basic' && account.allowsBasic) ||
    (method === 'oauth' && account.allowsOauth));
