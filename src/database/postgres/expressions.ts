/** See `Dialect.expressions.folded`. */
export const folded = (text: string): string => `lower(${text} collate "default")`;
