import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { emptyBits, encodeBits, type JsonObject, setBit } from '../vc/index.ts';
import type { StatusEntry } from './certificate.ts';
import type { Signer } from './signer.ts';
import type { StatusList, StatusListStore } from './status-list-store.ts';

/** Bitstring Status List 1.0, 2.2: at least 131,072 entries, so that one bit says nothing about one holder. */
const listLength = 131_072;
/** Another list opens when this share is given out: random picks stay quick, and the list is never full. */
const openNextAt = 0.75;
/** How long a signed list may be relied on without being fetched again. The service signs it anew every night. */
const validDays = 7;

type StatusDeps = {
  store: StatusListStore;
  signer: Signer;
  baseUrl: string;
  clock: Clock;
  random: Random;
};

export type StatusLists = {
  /** The bit of a certificate; the same one however often asked. */
  allocate(certificate: string): Promise<{ entry: StatusEntry; listUrl: string }>;
  /** Sets the bit and publishes the list signed anew. Safe to repeat. */
  revoke(certificate: string): Promise<void>;
  /** The signed list at its public id, signed first when it has never been. */
  published(id: string): Promise<StatusList | undefined>;
  /** Signs every list anew, so that its dates stay fresh. */
  refresh(): Promise<void>;
};

const isoSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** The BitstringStatusListCredential (Bitstring Status List 1.0, 2.2), unsigned. */
const composeList = (list: StatusList, bits: readonly number[], now: Date): JsonObject => {
  return {
    '@context': ['https://www.w3.org/ns/credentials/v2'],
    id: list.url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: list.issuer,
    validFrom: isoSeconds(now),
    validUntil: isoSeconds(new Date(now.getTime() + validDays * 86_400_000)),
    credentialSubject: {
      id: `${list.url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      encodedList: encodeBits(setBit(emptyBits(list.length), ...bits)),
    },
  };
};

export const createStatusLists = ({ store, signer, baseUrl, clock, random }: StatusDeps): StatusLists => {
  /** Reads the bits after the version: a bit set in between makes the publishing fail, and the loop reads again. */
  const publish = async (id: string): Promise<void> => {
    for (;;) {
      const list = await store.byId(id);
      if (!list) throw new Error(`no status list ${id}`);
      const now = clock.now();
      const credential = await signer.sign(composeList(list, await store.bitsSet(id), now), list.issuer, now);
      if (await store.publish(id, list.version, credential, now)) return;
    }
  };

  const openNext = async (): Promise<void> => {
    const number = (await store.highestNumber()) + 1;
    const id = `revocation-${number}`;
    const issuer = signer.did();
    await store.open({ id, url: `${baseUrl}/status/${id}`, issuer, number, length: listLength });
  };

  const current = async (): Promise<StatusList> => {
    for (;;) {
      const newest = await store.newest(signer.did(), baseUrl);
      if (newest && newest.allocated < newest.length * openNextAt) return newest;
      await openNext();
    }
  };

  const listUrlOf = async (entry: StatusEntry): Promise<string> => {
    const list = await store.byId(entry.list);
    if (!list) throw new Error(`no status list ${entry.list}`);
    return list.url;
  };

  return {
    allocate: async (certificate) => {
      let entry = await store.entryOf(certificate);
      while (!entry) {
        const list = await current();
        entry = await store.claim(certificate, { list: list.id, index: random.below(list.length) });
      }
      return { entry, listUrl: await listUrlOf(entry) };
    },

    revoke: async (certificate) => {
      const entry = await store.setBit(certificate);
      if (entry) await publish(entry.list);
    },

    published: async (id) => {
      const list = await store.byId(id);
      if (!list || list.credential) return list;
      await publish(id);
      return store.byId(id);
    },

    refresh: async () => {
      for (const { id } of await store.all()) await publish(id);
    },
  };
};
