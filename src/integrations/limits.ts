import type { Limit } from '../platform/http/rate-limits.ts';

/** Asking for tokens, also in vain: a token holds ten minutes, so a program needs few. */
export const tokensPerAddress: Limit = { name: 'oauth-token-address', points: 60, seconds: 60, shared: true };
/** Tokens given to one client. Counted after it has authenticated: nobody can shut another's client out. */
export const tokensPerClient: Limit = { name: 'oauth-token-client', points: 30, seconds: 60, shared: true };
