import { type FieldFault, invalid } from '../../platform/errors.ts';

/** What an access token may be used for (RFC 6749, 3.3). Each client is given only those it needs. */
export const scopes = ['credentials:issue', 'credentials:status'] as const;
export type Scope = (typeof scopes)[number];

/** A `test` client issues under an issuer of its own, which no verdict calls genuine. */
export const modes = ['live', 'test'] as const;
export type Mode = (typeof modes)[number];

/** A program that may ask for access tokens (RFC 6749, 1.1). `lastUsedAt`: when it was last given one. */
export type ApiClient = {
  id: string;
  name: string;
  mode: Mode;
  scopes: readonly Scope[];
  createdAt: Date;
  lastUsedAt: Date | undefined;
  revokedAt: Date | undefined;
};

/** The same with what its secret is checked by. `secretNumber` counts the secrets: a token falls with its secret. */
export type ApiClientWithSecret = ApiClient & { secretHash: string; secretNumber: number };

export type NewClient = { name: string; mode: Mode; scopes: readonly Scope[] };

const isScope = (name: string): name is Scope => scopes.includes(name as Scope);

/**
 * Reads scopes as they are written in a token request: separated by spaces, each at most once. Commas separate as well,
 * for the command line. Nothing when one is unknown.
 */
export const readScopes = (text: string): readonly Scope[] | undefined => {
  const names = [...new Set(text.split(/[\s,]+/).filter(Boolean))];
  return names.every(isScope) ? names : undefined;
};

const longestName = 100;

/** @throws DomainError `invalid-input` */
export const assertNewClient = ({ name, mode, scopes: wanted }: NewClient): void => {
  const faults: FieldFault[] = [];
  if (name.trim() === '') faults.push({ pointer: '/name', code: 'required' });
  if (name.length > longestName)
    faults.push({ pointer: '/name', code: 'too-long', params: { max: longestName } });
  if (wanted.length === 0) faults.push({ pointer: '/scopes', code: 'required' });
  if (!wanted.every(isScope)) faults.push({ pointer: '/scopes', code: 'not-an-option' });
  if (!modes.includes(mode)) faults.push({ pointer: '/mode', code: 'not-an-option' });
  if (faults.length > 0) throw invalid(faults);
};
