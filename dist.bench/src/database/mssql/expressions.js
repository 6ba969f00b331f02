/** See `Dialect.expressions.folded`. */
export const folded = (text) => `lower(${text} collate Latin1_General_CI_AS) collate Latin1_General_BIN2`;
