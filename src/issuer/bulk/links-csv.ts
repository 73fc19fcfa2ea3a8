import { toCsv } from '../../platform/csv.ts';
import type { BatchEntry } from '../certificate-list-store.ts';

/**
 * The certificates of a batch as CSV: row of the file, holder, number, address, state. An erased holder has no name.
 */
export const linksCsv = (entries: readonly BatchEntry[], baseUrl: string): string =>
  toCsv([
    ['row', 'holder', 'number', 'address', 'state'],
    ...entries.map(({ row, holderName = '', identifier, state }) => [
      String(row),
      holderName,
      identifier,
      `${baseUrl}/v/${identifier}`,
      state,
    ]),
  ]);
