import type { Erasure } from '../platform/personal-data.ts';

/** What one module did, or will do. */
export type ErasureLine = Erasure & { module: string };

/**
 * One request to be erased (GDPR art. 17). It names nobody: the account id leads nowhere once the work is done, and it
 * is kept as proof that the request was met.
 */
export type ErasureRequest = {
  accountId: string;
  requestedAt: Date;
  requestedBy: string;
  /** The plan as it was shown to the person before they confirmed. */
  lines: readonly ErasureLine[];
} & ({ state: 'running' } | { state: 'done'; doneAt: Date });
