import { createMemoryCopies } from '../platform/memory-copies.ts';
import { readTogether } from '../platform/read-together.ts';
import type { CertificateStore } from './certificate-store.ts';
import { issuerDid, wellKnownDid } from './issuer-identity.ts';
import type { IssuerKey } from './key-history.ts';
import type { KeyRegister } from './key-register.ts';
import type { Keyring } from './keyring.ts';
import { type PublicRecord, toPublicRecord } from './public-record.ts';
import type { StatusListStore } from './status-list-store.ts';

type Deps = {
  certificates: Pick<CertificateStore, 'byIdentifiers' | 'changes'>;
  register: Pick<KeyRegister, 'all' | 'changes'>;
  keyring: Pick<Keyring, 'refresh'>;
  lists: Pick<StatusListStore, 'changes'>;
  /** The DIDs that status lists were signed under. */
  issuersOf(): Promise<string[]>;
  baseUrl: string;
  /** How long another process's change may stay unseen, in milliseconds. */
  freshFor: number;
};

/** Certificates whose public record stays in memory while it is asked for; some five kilobytes each. */
const maxRecords = 5000;

/**
 * What verifying a certificate of ours asks for each time, from memory: its public record, the keys with their dates, the
 * DIDs issued under. Each is the same object as long as nothing changed, so that what was made from it can be kept too.
 */
export const createPublicMemory = (deps: Deps) => {
  const { certificates, register, keyring, lists, issuersOf, baseUrl, freshFor: maxAge } = deps;

  const read = readTogether(async (identifiers) => {
    const found = await certificates.byIdentifiers(identifiers);
    return new Map(found.map((one) => [one.identifier, one]));
  });

  const records = createMemoryCopies<PublicRecord>({
    read: async (identifier) => {
      const certificate = await read(identifier);
      return certificate && toPublicRecord(certificate, baseUrl);
    },
    versionOf: (record) => JSON.stringify(record),
    changes: certificates.changes,
    maxAge,
    maxCopies: maxRecords,
  });

  const keys = createMemoryCopies<readonly IssuerKey[]>({
    read: async () => {
      await keyring.refresh();
      return register.all();
    },
    versionOf: (history) => JSON.stringify(history),
    changes: register.changes,
    maxAge,
    maxCopies: 1,
  });

  const dids = createMemoryCopies<string[]>({
    read: async () => {
      const ofKeys = (await register.all()).map(({ publicKeyMultibase }) =>
        issuerDid(baseUrl, publicKeyMultibase),
      );
      return [...new Set([wellKnownDid(baseUrl), ...ofKeys, ...(await issuersOf())])];
    },
    versionOf: String,
    changes: () => lists.changes() + register.changes(),
    maxAge,
    maxCopies: 1,
  });

  return {
    record: records.current,
    recordAtOnce: records.fresh,
    keyHistory: async (): Promise<readonly IssuerKey[]> => (await keys.current('')) ?? [],
    keyHistoryAtOnce: (): readonly IssuerKey[] | undefined => keys.fresh(''),
    ownDids: async (): Promise<string[]> => (await dids.current('')) ?? [],
  };
};
