export const RIGHTS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
/** Host views belong to the host application's DBA, and may not be there yet. */
export const isHostView = (table) => table.startsWith('host_');
/** `UPDATE (last_used_at)`: a right as GRANT takes it. */
export const rightInWords = (right, columns) => right === 'UPDATE' && columns ? `${right} (${columns.join(', ')})` : right;
