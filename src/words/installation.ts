/** Where the product runs. Provisioning is for on-premises installations only. */
export type Hosting = 'on-premises' | 'cloud';
