export const pass = (summary, details) => ({
    status: 'pass',
    summary,
    details,
});
export const warn = (summary, advice, details) => ({
    status: 'warn',
    summary,
    advice,
    details,
});
export const fail = (summary, advice, details) => ({
    status: 'fail',
    summary,
    advice,
    details,
});
export const skipped = (summary) => ({ status: 'skipped', summary });
