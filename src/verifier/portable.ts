/**
 * The checks alone, for programs that bring no server: the offline verifier is made of them, so nothing that is reachable
 * from here may need a database, Express or a file beyond the contexts.
 */
export {
  type CompactTable,
  compactJwsIn,
  type DidKey,
  didWebUrl,
  guardDocument,
  type JsonObject,
  looksCompact,
  readCompactTable,
} from '../vc/index.ts';
export type { FetchDocument } from './checks/status.ts';
export { receiptPath } from './receipt-items.ts';
export { isOwn, type Report } from './report.ts';
export { createVerify } from './verify.ts';
