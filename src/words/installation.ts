/** Where the product runs. Provisioning is for on-premises installations only. */
export type Hosting = 'on-premises' | 'cloud';

/** What the logins of the host application are. */
export type LoginRule = 'email' | 'user-name' | 'local-part';
