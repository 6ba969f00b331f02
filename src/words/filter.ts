/**
 * A filter of RFC 7644 §3.4.2.2, parsed and resolved against the schemas: what the endpoint hands to the
 * database, which turns it into one parametrised condition. No part of it is SQL, and no text of the IdP
 * ever becomes SQL: paths come from the schemas, values are bound.
 */
export type Filter =
  | { kind: 'and' | 'or'; filters: readonly Filter[] }
  | { kind: 'not'; filter: Filter }
  | { kind: 'compare'; attribute: AttributePath; operator: FilterOperator; value: FilterValue }
  | { kind: 'present'; attribute: AttributePath }
  /** `emails[type eq "work" and value co "@"]`: one element for which all of it holds. */
  | { kind: 'element'; attribute: AttributePath; filter: Filter };

export type FilterOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** `null` only with `eq` and `ne`: has no value, has one. */
export type FilterValue = string | number | boolean | null;

/** An attribute as the schemas spell it. */
export interface AttributePath {
  /**
   * From the resource inwards: `['userName']`, `['name', 'givenName']`, `['emails', 'value']`,
   * `['urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', 'manager', 'value']`.
   */
  path: readonly string[];
  type: 'string' | 'boolean' | 'integer' | 'decimal' | 'dateTime' | 'reference' | 'binary';
  /** Whether text is compared with regard to case (RFC 7643 §2.2). */
  caseExact: boolean;
  /** Whether the first part of the path (the second, in an extension) has many values. */
  multiValued: boolean;
}

/** Which of the matching resources, and in which order. */
export interface ListQuery {
  filter?: Filter;
  /** Without it, oldest first; always with the id as the last key, so that pages are stable. */
  sortBy?: AttributePath;
  descending?: boolean;
  page: IndexPage | CursorPage;
}

/** RFC 7644 §3.4.2.4. */
export interface IndexPage {
  kind: 'index';
  /** 1-based. */
  startIndex: number;
  /** At most so many; 0 asks for the total alone. */
  count: number;
}

/** RFC 9865. */
export interface CursorPage {
  kind: 'cursor';
  /** As an earlier page gave it; absent for the first page. */
  cursor?: string;
  count: number;
}

export interface Page<T> {
  /** How many match in all. */
  total: number;
  items: T[];
  /** Where the next page begins, for a page by cursor that is not the last. */
  nextCursor?: string;
}
