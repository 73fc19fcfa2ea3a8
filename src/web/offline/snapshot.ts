import type { CompactTable, DidKey, JsonObject } from '../../verifier/portable.ts';

/** What became of a key; dates as ISO 8601. */
export type SnapshotKey = Pick<DidKey, 'publicKeyMultibase' | 'state'> & {
  retiredAt?: string;
  compromisedAt?: string;
};

/**
 * What an offline verifier knows of the world, as of `createdAt` (ISO 8601): the issuers it vouches for with their DID
 * documents (every key that ever signed), the tables of printed codes, and the signed status lists.
 */
export type Snapshot = {
  format: 'offline-snapshot-1';
  createdAt: string;
  operator: string;
  /** Where the service is found online. */
  baseUrl: string;
  issuers: readonly { did: string; document: JsonObject; keys: readonly SnapshotKey[] }[];
  tables: readonly CompactTable[];
  statusLists: readonly JsonObject[];
};

type Sources = {
  published: {
    issuers: readonly { did: string; document: JsonObject }[];
    keys: readonly DidKey[];
    tables: readonly CompactTable[];
    statusLists: readonly JsonObject[];
  };
  operator: string;
  baseUrl: string;
  now: Date;
};

/** A snapshot of what is published now. */
export const takeSnapshot = ({ published, operator, baseUrl, now }: Sources): Snapshot => ({
  format: 'offline-snapshot-1',
  createdAt: now.toISOString(),
  operator,
  baseUrl,
  issuers: published.issuers.map((issuer) => ({ ...issuer, keys: published.keys.map(withoutDates) })),
  tables: published.tables,
  statusLists: published.statusLists,
});

const withoutDates = ({ publicKeyMultibase, state, retiredAt, compromisedAt }: DidKey): SnapshotKey => ({
  publicKeyMultibase,
  state,
  ...(retiredAt ? { retiredAt: retiredAt.toISOString() } : {}),
  ...(compromisedAt ? { compromisedAt: compromisedAt.toISOString() } : {}),
});

export const withDates = ({ retiredAt, compromisedAt, ...key }: SnapshotKey): DidKey => ({
  ...key,
  ...(retiredAt ? { retiredAt: new Date(retiredAt) } : {}),
  ...(compromisedAt ? { compromisedAt: new Date(compromisedAt) } : {}),
});
