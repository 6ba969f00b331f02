const DATE_TIME = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?$/i;
/**
 * An xsd:dateTime (RFC 7643 §2.3.5) in UTC to the millisecond, so that instants compare as text. Without an
 * offset it is UTC. Undefined for anything else.
 */
export function dateTimeOf(text) {
    const match = DATE_TIME.exec(text);
    if (!match)
        return undefined;
    const instant = new Date(match[7] === undefined ? `${text}Z` : text.toUpperCase());
    if (Number.isNaN(instant.getTime()))
        return undefined;
    const iso = instant.toISOString();
    // Years before 0 and after 9999 have six digits and would sort elsewhere.
    return /^\d{4}-/.test(iso) ? iso : undefined;
}
