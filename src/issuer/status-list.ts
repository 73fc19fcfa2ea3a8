import type { Clock } from '../platform/clock.ts';
import type { Random } from '../platform/random.ts';
import { emptyBits, encodeBits, type JsonObject, setBit } from '../vc/index.ts';
import type { Signer } from './signer.ts';
import { createClaim } from './status-claim.ts';
import type { PublishedEntry, StatusPurpose } from './status-entry.ts';
import { statusPurposes } from './status-entry.ts';
import type { HeldEntry, StatusEntryStore } from './status-entry-store.ts';
import type { StatusList, StatusListStore } from './status-list-store.ts';

/** How long a signed list may be relied on without being fetched again. The service signs it anew every night. */
const validDays = 7;
type StatusDeps = {
  entries: StatusEntryStore;
  lists: StatusListStore;
  signer: Signer;
  /** Stands before the names of the lists, so that those of two issuers never share one. */
  prefix?: string;
  baseUrl: string;
  clock: Clock;
  random: Random;
};

/** `issuer` is the DID that signs the lists: a credential must name the same (Bitstring Status List 1.0, 3.2). */
export type Allocation = { entries: readonly PublishedEntry[]; issuer: string };
/** `known` are the credentials that had bits before, or got them from somebody else just now. */
export type Allocations = {
  of: ReadonlyMap<string, readonly PublishedEntry[]>;
  known: ReadonlySet<string>;
  issuer: string;
};

/**
 * The status lists of this issuer. A credential is named by a key of ours (a certificate by its number) and has one bit
 * for each purpose it was given. No published list is ever behind a change that was acknowledged.
 */
export type StatusLists = {
  /** The bits of a credential, in the order of the purposes; the same ones however often asked. */
  allocate(credential: string, purposes: readonly StatusPurpose[]): Promise<Allocation>;
  /** The bits of many at once, in a few writes. Safe to repeat: whoever has them already keeps them. */
  allocateMany(credentials: readonly string[], purposes: readonly StatusPurpose[]): Promise<Allocations>;
  /** Every bit that a credential has. */
  entriesOf(credential: string): Promise<readonly PublishedEntry[]>;
  /**
   * Sets the bit and publishes the list. Safe to repeat. With `asOf`, the number of the credential's own change, one that
   * comes late changes nothing. False when the credential has no bit for this.
   * @throws DomainError `issuing-unavailable` when it is set, but the list cannot be signed: it is not served until it is.
   */
  set(credential: string, purpose: StatusPurpose, asOf?: number): Promise<boolean>;
  /** Lifts a suspension; as `set`. A revocation is for good. */
  clear(credential: string, purpose: 'suspension', asOf?: number): Promise<boolean>;
  /** Sets the bits of many and signs each list once. @throws DomainError `issuing-unavailable` as `set` */
  setMany(credentials: readonly string[], purpose: StatusPurpose): Promise<void>;
  /**
   * The signed list with every change of its bits, by its id or its address. A list that has fallen behind is signed first.
   * @throws DomainError `issuing-unavailable` when that cannot be done: an old list would call a withdrawn certificate good.
   */
  published(found: { id: string } | { url: string }): Promise<StatusList | undefined>;
  /** Every signed list as it stands now, none of them behind. @throws DomainError `issuing-unavailable` */
  everyPublished(): Promise<JsonObject[]>;
  /** Signs every list anew, so that its dates stay fresh. One that cannot be signed does not hold up the others. */
  refresh(): Promise<void>;
  /** The DIDs that sign the lists. */
  issuers(): Promise<string[]>;
  /** Brings what the first version wrote into the form of this one; once, before anything else. */
  prepare(): Promise<void>;
};

const isoSeconds = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** The BitstringStatusListCredential (Bitstring Status List 1.0, 2.2), unsigned. */
const composeList = (list: StatusList, issuer: string, bits: readonly number[], now: Date): JsonObject => ({
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  id: list.url,
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  issuer,
  validFrom: isoSeconds(now),
  validUntil: isoSeconds(new Date(now.getTime() + validDays * 86_400_000)),
  credentialSubject: {
    id: `${list.url}#list`,
    type: 'BitstringStatusList',
    statusPurpose: list.purpose,
    encodedList: encodeBits(setBit(emptyBits(list.length), ...bits)),
  },
});

export const createStatusLists = (deps: StatusDeps): StatusLists => {
  const { entries, lists, signer, clock } = deps;

  /** One try. Bits are read after the version, so a change in between makes the publishing fail or be repeated. */
  const publish = async (list: StatusList): Promise<boolean> => {
    await signer.refresh();
    const publishedAt = clock.now();
    const { set, changes } = await entries.bits(list.id);
    const [issuer, signedBy] = [signer.issuerFor(list.issuer), signer.generation()];
    const credential = await signer.sign(composeList(list, issuer, set, publishedAt), issuer, publishedAt);
    return lists.publish(list.id, list.version, { credential, listed: changes, publishedAt, signedBy });
  };

  const known = async (id: string): Promise<StatusList> => {
    const list = await lists.byId(id);
    if (!list) throw new Error(`no status list ${id}`);
    return list;
  };

  const publishAnew = async (id: string): Promise<void> => {
    while (!(await publish(await known(id))));
  };

  const isBehind = async (list: StatusList): Promise<boolean> =>
    list.listed < (await entries.changesOf(list.id));

  /** Not while this process has no key: a list in the hand of the former key still tells the truth. */
  const isOfFormerKey = ({ signedBy }: StatusList): boolean =>
    signer.problem() === undefined && signedBy < signer.generation();

  /** Changes at the same moment share a signature: whoever comes later finds the own one published already. */
  const catchUp = async (id: string): Promise<StatusList> => {
    for (;;) {
      const list = await known(id);
      if (!isOfFormerKey(list) && !(await isBehind(list))) return list;
      await publish(list);
    }
  };

  const claimAll = createClaim({ ...deps, catchUp });

  const publishedAt = (
    held: readonly HeldEntry[],
    urls: ReadonlyMap<string, string>,
  ): ReadonlyMap<string, PublishedEntry[]> => {
    const of = new Map<string, PublishedEntry[]>();
    for (const { certificate, purpose, list, index } of held) {
      const entry = { purpose, list, index, listUrl: urls.get(list) ?? '' };
      of.set(certificate, [...(of.get(certificate) ?? []), entry]);
    }
    return of;
  };

  const allocateMany = async (
    credentials: readonly string[],
    purposes: readonly StatusPurpose[],
  ): Promise<Allocations> => {
    await signer.refresh();
    const held: HeldEntry[] = [];
    const had = new Set<string>();
    for (const purpose of purposes) {
      const { fresh, known } = await claimAll(purpose, [...new Set(credentials)]);
      held.push(...fresh, ...known);
      for (const { certificate } of known) had.add(certificate);
    }
    let issuer = signer.did();
    const urls = new Map<string, string>();
    // Published before anybody can ask: verifying must not depend on the key still being there then.
    for (const id of new Set(held.map(({ list }) => list))) {
      const list = await catchUp(id);
      issuer = signer.issuerFor(list.issuer);
      urls.set(id, list.url);
    }
    return { of: publishedAt(held, urls), known: had, issuer };
  };

  const change = async (
    credential: string,
    purpose: StatusPurpose,
    to: boolean,
    asOf?: number,
  ): Promise<boolean> => {
    const [entry] = await entries.of([credential], [purpose]);
    if (!entry) return false;
    await entries.change(entry, to, asOf);
    await catchUp(entry.list);
    return true;
  };

  return {
    allocate: async (credential, purposes) => {
      const { of, issuer } = await allocateMany([credential], purposes);
      return { entries: of.get(credential) ?? [], issuer };
    },
    allocateMany,
    entriesOf: async (credential) => {
      const held = await entries.of([credential], statusPurposes);
      const urls = await lists.urlsOf([...new Set(held.map(({ list }) => list))]);
      return publishedAt(held, urls).get(credential) ?? [];
    },

    set: (credential, purpose, asOf) => change(credential, purpose, true, asOf),
    clear: (credential, purpose, asOf) => change(credential, purpose, false, asOf),
    setMany: async (credentials, purpose) => {
      await entries.setMany(credentials, purpose);
      const held = await entries.of(credentials, [purpose]);
      for (const id of new Set(held.map(({ list }) => list))) await catchUp(id);
    },

    published: async (wanted) => {
      const list = await ('id' in wanted ? lists.byId(wanted.id) : lists.byUrl(wanted.url));
      return list && catchUp(list.id);
    },

    everyPublished: async () => {
      const all: JsonObject[] = [];
      for (const id of await lists.ids()) {
        const { credential } = await catchUp(id);
        if (credential) all.push(credential);
      }
      return all;
    },

    refresh: async () => {
      const failures: unknown[] = [];
      for (const id of await lists.ids()) {
        await publishAnew(id).catch((error) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    },

    issuers: () => lists.issuers(),
    prepare: () => entries.prepare(),
  };
};
