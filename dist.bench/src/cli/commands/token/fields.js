export const TOKEN_FIELDS = [
    { key: 'id', label: 'ID' },
    { key: 'idp', label: 'IDP' },
    { key: 'status', label: 'STATUS' },
    { key: 'createdAt', label: 'CREATED' },
    { key: 'createdBy', label: 'CREATED BY', wide: true },
    { key: 'expiresAt', label: 'EXPIRES', wide: true },
    { key: 'validUntil', label: 'VALID UNTIL' },
    { key: 'lastUsedAt', label: 'LAST USED' },
    { key: 'hashScheme', label: 'HASH', wide: true },
    { key: 'keyId', label: 'KEY', wide: true },
];
