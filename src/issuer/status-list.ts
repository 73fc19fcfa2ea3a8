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
  /** The bit of a certificate; the same one however often asked. `issuer` is the DID that signs its list. */
  allocate(certificate: string): Promise<{ entry: StatusEntry; listUrl: string; issuer: string }>;
  /** Sets the bit and publishes the list. Safe to repeat. @throws DomainError `issuing-unavailable` when set, not published */
  revoke(certificate: string): Promise<void>;
  /**
   * The signed list with every bit that is set, by its id or its address. A list that has fallen behind is signed first.
   * @throws DomainError `issuing-unavailable` when that cannot be done: an old list would call a withdrawn certificate good.
   */
  published(found: { id: string } | { url: string }): Promise<StatusList | undefined>;
  /** Signs every list anew, so that its dates stay fresh. One that cannot be signed does not hold up the others. */
  refresh(): Promise<void>;
  /** The DIDs that sign the lists. */
  issuers(): Promise<string[]>;
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
  /** One try. Bits are read after the version, so one that is set in between makes the publishing fail. */
  const publish = async (list: StatusList): Promise<boolean> => {
    const publishedAt = clock.now();
    const bits = await store.bitsSet(list.id);
    const credential = await signer.sign(composeList(list, bits, publishedAt), list.issuer, publishedAt);
    return store.publish(list.id, list.version, { credential, listed: bits.length, publishedAt });
  };

  const known = async (id: string): Promise<StatusList> => {
    const list = await store.byId(id);
    if (!list) throw new Error(`no status list ${id}`);
    return list;
  };

  const publishAnew = async (id: string): Promise<void> => {
    while (!(await publish(await known(id))));
  };

  /** Revocations at the same moment share a signature: whoever comes later finds the own bit published already. */
  const catchUp = async (id: string): Promise<StatusList> => {
    for (;;) {
      const list = await known(id);
      if (list.listed >= (await store.countSet(id))) return list;
      await publish(list);
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

  return {
    allocate: async (certificate) => {
      let entry = await store.entryOf(certificate);
      while (!entry) {
        const list = await current();
        entry = await store.claim(certificate, { list: list.id, index: random.below(list.length) });
      }
      // Published before anybody can ask: verifying must not depend on the key still being there then.
      const { url, issuer } = await catchUp(entry.list);
      return { entry, listUrl: url, issuer };
    },

    revoke: async (certificate) => {
      const entry = await store.setBit(certificate);
      if (entry) await catchUp(entry.list);
    },

    published: async (wanted) => {
      const list = await ('id' in wanted ? store.byId(wanted.id) : store.byUrl(wanted.url));
      return list && catchUp(list.id);
    },

    refresh: async () => {
      const failures: unknown[] = [];
      for (const { id } of await store.all()) {
        await publishAnew(id).catch((error) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },

    issuers: () => store.issuers(),
  };
};
