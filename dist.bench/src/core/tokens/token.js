import { tokenStatus, validUntil } from './status.js';
export function summarise(row, idp, now) {
    return {
        id: row.publicId,
        idp,
        status: tokenStatus(row, now),
        createdAt: row.createdAt,
        createdBy: row.createdBy,
        expiresAt: row.expiresAt,
        validUntil: validUntil(row),
        lastUsedAt: row.lastUsedAt,
        hashScheme: row.hashScheme,
        keyId: row.keyId,
    };
}
