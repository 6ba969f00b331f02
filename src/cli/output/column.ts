/** One column of a list, or one field of an object. */
export interface Column<Row> {
  /** The JSON key; also the CSV head. */
  key: string & keyof Row;
  label: string;
  /** For people; the default suits text, numbers, booleans and instants. */
  show?: (row: Row) => string;
  /** Left out of the table, kept in CSV and JSON; `--wide` shows it. */
  wide?: boolean;
  align?: 'right';
  /** Never cut in a table, because a part of it is of no use: an id, an instant. */
  whole?: boolean;
  /** The narrowest width at which a sentence is still of use; less important columns are left out first. */
  least?: number;
  /** Where a terminal has no room, the column with the highest is left out first; its place where it has none. 0 is kept readable. */
  rank?: number;
}
