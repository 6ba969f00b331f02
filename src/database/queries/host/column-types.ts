import type { HostViewName } from '../../../words/host-views.js';
import type { HostViewColumn } from '../../dialect/host-column.js';

/** A column of a host view whose type our statements cannot work with. */
export interface UnfitColumn {
  view: HostViewName;
  column: string;
  dataType: string;
  /** What it has to be. */
  wanted: 'a flag' | 'a text';
}

/** Columns of `host_user` and `host_sso_provider` that are true or false. */
export const FLAG_COLUMNS: readonly string[] = ['is_enabled', 'is_protected', 'is_locked_temporarily'];
/** Compared without regard to case. */
const NAMES = ['login_name', 'email'];

/** A boolean, or a type of numbers, for 1 and 0. */
const IS_FLAG =
  /^(bool|bit|(tiny|small|big)?int|integer|numeric|decimal|money|smallmoney|float|real|double)/i;
/** `citext` and other types that an extension or a user defined are not told apart in the catalogue. */
const IS_TEXT = /char|text|sysname|^name$|user-defined/i;

/** The columns of a host view that no statement of ours can read or compare, whatever is in them. */
export const unfitColumns = (view: HostViewName, columns: readonly HostViewColumn[]): UnfitColumn[] =>
  columns.flatMap(({ name: column, dataType }): UnfitColumn[] => {
    if (FLAG_COLUMNS.includes(column)) {
      return IS_FLAG.test(dataType) ? [] : [{ view, column, dataType, wanted: 'a flag' }];
    }
    if (view !== 'host_user' || !NAMES.includes(column) || IS_TEXT.test(dataType)) return [];
    return [{ view, column, dataType, wanted: 'a text' }];
  });
