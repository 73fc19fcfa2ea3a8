import type { Random } from '../platform/random.ts';
import type { Signer } from './signer.ts';
import type { StatusPurpose } from './status-entry.ts';
import type { HeldEntry, StatusEntryStore } from './status-entry-store.ts';
import type { Series, StatusList, StatusListStore } from './status-list-store.ts';

/** Bitstring Status List 1.0, 2.2: at least 131,072 entries, so that one bit says nothing about one holder. */
const listLength = 131_072;
/** No more bits of a list are given out beyond this: random picks stay quick, and the list is never full. */
const closesAt = Math.floor(listLength * 0.75);
/** The next list is opened and published when this many are given out, so that the change of list is never in anybody's way. */
const nextOpensAt = Math.floor(listLength * 0.7);
/** Credentials that are given their bits in one write. */
const batch = 1000;

/** Of three picks one is free even on the fullest list; whoever has no luck leaves it to the database. */
const maxTries = 50;

type ClaimDeps = {
  entries: Pick<StatusEntryStore, 'claim' | 'of'>;
  lists: Pick<StatusListStore, 'withRoom' | 'newest' | 'highestNumber' | 'open' | 'countAllocated'>;
  signer: Pick<Signer, 'did'>;
  /** Stands before the names of the lists. */
  prefix?: string;
  baseUrl: string;
  random: Random;
  /** Publishes a list, unless that has been done. */
  catchUp(id: string): Promise<unknown>;
};

/** Bits that were free until now, and those that others had given out. */
type Claims = { readonly fresh: readonly HeldEntry[]; readonly known: readonly HeldEntry[] };

/** Gives each credential a bit of its own for one purpose, on a list of the issuer of now; those who have one keep it. */
export const createClaim = (deps: ClaimDeps) => {
  const { entries, lists, signer, prefix = '', baseUrl, random, catchUp } = deps;

  /** Of the list in use, the places known to be given out: asking for them would cost another round. */
  const taken: Record<StatusPurpose, { list: string; places: Uint8Array }> = {
    revocation: { list: '', places: new Uint8Array() },
    suspension: { list: '', places: new Uint8Array() },
  };
  const takenOn = ({ id, length }: StatusList, purpose: StatusPurpose): Uint8Array => {
    if (taken[purpose].list !== id) taken[purpose] = { list: id, places: new Uint8Array(length) };
    return taken[purpose].places;
  };

  const seriesFor = (purpose: StatusPurpose): Series => ({ purpose, issuer: signer.did(), origin: baseUrl });

  const openNext = async ({ purpose, issuer }: Series): Promise<string> => {
    const number = (await lists.highestNumber(purpose)) + 1;
    const id = `${prefix}${purpose}-${number}`;
    await lists.open({ id, purpose, url: `${baseUrl}/status/${id}`, issuer, number, length: listLength });
    return id;
  };

  const withRoom = async (purpose: StatusPurpose): Promise<StatusList> => {
    for (;;) {
      const series = seriesFor(purpose);
      const list = await lists.withRoom(series, closesAt);
      if (list) return list;
      await openNext(series);
    }
  };

  const openAhead = async (purpose: StatusPurpose): Promise<void> => {
    const series = seriesFor(purpose);
    const newest = await lists.newest(series);
    if (newest && newest.allocated >= nextOpensAt) await catchUp(await openNext(series));
  };

  /** Picks places by chance, each once, that are free as far as this process knows. The database decides. */
  const createPick = (given: Uint8Array): (() => number) => {
    const picked = new Set<number>();
    return () => {
      let index = random.below(given.length);
      for (let tries = 1; tries < maxTries && (given[index] || picked.has(index)); tries += 1)
        index = random.below(given.length);
      picked.add(index);
      return index;
    };
  };

  /** One round: those that got the place that chance picked for them, and those that turn out to have one. */
  const claimSome = async (purpose: StatusPurpose, missing: readonly string[]): Promise<Claims> => {
    const list = await withRoom(purpose);
    const given = takenOn(list, purpose);
    const pick = createPick(given);
    const wanted = missing
      .slice(0, Math.min(batch, closesAt - list.allocated))
      .map((certificate) => ({ purpose, list: list.id, index: pick(), certificate }));
    const fresh = await entries.claim(wanted);
    if (fresh.length > 0) await lists.countAllocated(list.id, fresh.length);
    // The list with room is far from full for most of its life; then nobody need look at the newest.
    if (list.allocated + fresh.length >= nextOpensAt) await openAhead(purpose);
    const got = new Set<HeldEntry>(fresh);
    const refused = wanted.filter((entry) => !got.has(entry));
    const known = await entries.of(
      refused.map(({ certificate }) => certificate),
      [purpose],
    );
    const have = new Set(known.map(({ certificate }) => certificate));
    for (const { index, certificate } of wanted) if (!have.has(certificate)) given[index] = 1;
    return { fresh, known };
  };

  /** Whoever has a bit is found out by trying: most that ask for many have none, and nobody gets a second one. */
  return async (purpose: StatusPurpose, credentials: readonly string[]): Promise<Claims> => {
    const claims: { fresh: HeldEntry[]; known: HeldEntry[] } = { fresh: [], known: [] };
    let missing = credentials;
    while (missing.length > 0) {
      const { fresh, known } = await claimSome(purpose, missing);
      claims.fresh.push(...fresh);
      claims.known.push(...known);
      const have = new Set([...fresh, ...known].map(({ certificate }) => certificate));
      missing = missing.filter((credential) => !have.has(credential));
    }
    return claims;
  };
};
