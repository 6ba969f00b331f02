/**
 * An instant that a Date cannot hold, or outside the years 1 to 9999: `infinity`, the year 294276, 4713 BC. PostgreSQL
 * stores such instants, and anyone who may write a row can choose one. As a Date, it is the nearest end of these years,
 * so that a list with such a row can still be shown. Sent back to the server, it has its original value.
 */
export class FarInstant extends Date {
  /**
   * @param stored as the server writes it.
   * @param shown as the driver has always read it. Digests of the audit trail are made of that.
   */
  constructor(
    readonly stored: string,
    private readonly shown: string,
  ) {
    super(/^-|BC$/.test(stored) ? FIRST : LAST);
  }

  override toString(): string {
    return this.shown;
  }
}

const FIRST = '0001-01-01T00:00:00.000Z';
const LAST = '9999-12-31T23:59:59.999Z';
const [FIRST_MS, LAST_MS] = [Date.parse(FIRST), Date.parse(LAST)];

/**
 * What the driver made of an instant; far ones as such.
 * @param read a Date, or what the driver has where a Date holds no such instant.
 */
export function nearInstant(stored: string, read: unknown): Date {
  const ms = read instanceof Date ? read.getTime() : Number.NaN;
  if (ms >= FIRST_MS && ms <= LAST_MS) return read as Date;
  return new FarInstant(stored, Number.isNaN(ms) ? String(read) : (read as Date).toISOString());
}
