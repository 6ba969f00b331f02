/** Matches a collapsed name that is one of these patterns from its beginning to its end. */
export const whole = (...patterns: string[]): RegExp => new RegExp(`^(?:${patterns.join('|')})$`, 'u');
