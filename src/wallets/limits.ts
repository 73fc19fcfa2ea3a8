import type { Limit } from '../platform/http/rate-limits.ts';

/** A wallet needs a handful of calls; the secrets in them cannot be found by trying. */
export const callsPerAddress: Limit = { name: 'wallet-calls', points: 60, seconds: 60, shared: false };
