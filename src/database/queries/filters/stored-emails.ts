/*
 * Where the addresses of a user are among the attributes of its link. No names of RFC 7643 but for the others: the IdP
 * reads all of them as one attribute.
 */

/** The address that the host application has while the user is there, as the IdP said it. */
export const STORED_ADDRESS = 'urn:scimctl:address';
/** What else the IdP said of that address; without it, it is of type work and primary. */
export const ADDRESS_PARTS = 'urn:scimctl:address-parts';
/** The other addresses, which the host application does not have. */
export const OTHER_ADDRESSES = 'emails';
