import type { Limit } from '../platform/http/rate-limits.ts';

/** Asking for tokens, also in vain: a token holds ten minutes, so a program needs few. */
export const tokensPerAddress: Limit = { name: 'oauth-token-address', points: 60, seconds: 60, shared: true };
/** Tokens given to one client. Counted after it has authenticated: nobody can shut another's client out. */
export const tokensPerClient: Limit = { name: 'oauth-token-client', points: 30, seconds: 60, shared: true };
/** One signature takes some milliseconds of a processor; whoever has thousands to issue at once uses the bulk issue. */
export const issuingPerClient: Limit = { name: 'credentials-issue', points: 120, seconds: 60, shared: true };
export const statusPerClient: Limit = { name: 'credentials-status', points: 120, seconds: 60, shared: true };
