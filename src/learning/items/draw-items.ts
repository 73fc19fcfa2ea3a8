import { DomainError } from '../../platform/errors.ts';
import { languages } from '../../platform/i18n.ts';
import type { Random } from '../../platform/random.ts';
import { type PoolLanguage, poolOf } from './item.ts';
import { type ItemStore, versionId } from './item-store.ts';
import type { Question } from './question.ts';

/** How many items of each tag a test asks: the bank's side of a blueprint. */
export type Quota = { tag: string; count: number };

/** `language`: in which it will be asked; `both` lets the candidate change it on the way. */
export type DrawRequest = { quotas: readonly Quota[]; language: PoolLanguage; random: Random };

/** One drawn item: the version that is published now, and the tag of the quota it fills. */
export type DrawnItem = { itemId: string; version: number; topic: string; question: Question };

/** Whether the bank fills a blueprint in one language, and what each quota has to choose from. */
export type Supply = {
  language: PoolLanguage;
  /** All quotas at once, without asking one item twice. */
  fits: boolean;
  quotas: readonly (Quota & { available: number })[];
};

const candidateKey = ({ itemId, version }: { itemId: string; version: number }) => versionId(itemId, version);

/** One place of a test that waits for an item; `candidates` in the order of chance. */
type Place<T> = { topic: string; candidates: readonly T[] };

/**
 * Gives each place another item (augmenting paths): an item that two quotas could take goes to the one that needs it.
 * Nothing when there are too few.
 */
export const assign = <T>(places: readonly Place<T>[], keyOf: (candidate: T) => string): T[] | undefined => {
  const takenBy = new Map<string, number>();
  const chosen: (T | undefined)[] = places.map(() => undefined);
  const settle = (place: number, seen: Set<string>): boolean => {
    for (const candidate of places[place]?.candidates ?? []) {
      const key = keyOf(candidate);
      if (seen.has(key)) continue;
      seen.add(key);
      const holder = takenBy.get(key);
      if (holder !== undefined && !settle(holder, seen)) continue;
      takenBy.set(key, place);
      chosen[place] = candidate;
      return true;
    }
    return false;
  };
  const settled = places.every((_place, index) => settle(index, new Set()));
  return settled ? (chosen as T[]) : undefined;
};

/** 48 bits of chance as a fraction of 1. */
export const fraction = (random: Random): number => random.bytes(6).readUIntBE(0, 6) / 2 ** 48;

/** Draws from the bank without reading it: per quota one sorted question to the database, then the drawn versions. */
export const createDrawItems = ({ items }: { items: ItemStore }) => ({
  /**
   * The same chance and the same bank give the same items; every item of a quota has the same chance. None is drawn
   * twice.
   * @throws DomainError `bank-too-small` (409)
   */
  draw: async ({ quotas, language, random }: DrawRequest): Promise<DrawnItem[]> => {
    const total = quotas.reduce((sum, { count }) => sum + count, 0);
    const places: Place<{ itemId: string; version: number }>[] = [];
    for (const { tag, count } of quotas) {
      const factor = 100_003 + random.below(1_000_000);
      // As many as the whole test: whatever the other quotas take, enough is left if there is enough at all.
      const candidates = await items.drawFrom(poolOf(tag, language), {
        factor,
        shift: fraction(random),
        limit: total,
      });
      for (let place = 0; place < count; place += 1) places.push({ topic: tag, candidates });
    }
    const chosen = assign(places, candidateKey);
    if (!chosen) throw new DomainError('conflict', 'bank-too-small');
    const versions = await items.versionsNamed(chosen.map(candidateKey));
    const questions = new Map(versions.map((version) => [candidateKey(version), version.question]));
    return chosen.map((one, index) => {
      const question = questions.get(candidateKey(one));
      if (!question) throw new Error(`the bank lost version ${candidateKey(one)}`);
      return { ...one, topic: places[index]?.topic ?? '', question };
    });
  },

  /** What the bank has for a blueprint in each language: counted in the database, no item is read. */
  supply: async (quotas: readonly Quota[]): Promise<Supply[]> =>
    Promise.all(
      [...languages, 'both' as const].map(async (language) => {
        const pools = quotas.map(({ tag }) => poolOf(tag, language));
        const overlaps = await items.overlaps(pools);
        const available = (pool: string): number =>
          overlaps.filter((one) => one.pools.includes(pool)).reduce((sum, { count }) => sum + count, 0);
        return {
          language,
          fits: fits(quotas, pools, overlaps),
          quotas: quotas.map((quota, index) => ({ ...quota, available: available(pools[index] ?? '') })),
        };
      }),
    ),
});

/** Whether all quotas can be filled at once: groups of alike items are handed out as in `assign`. */
const fits = (
  quotas: readonly Quota[],
  pools: readonly string[],
  overlaps: readonly { pools: readonly string[]; count: number }[],
): boolean => {
  const total = quotas.reduce((sum, { count }) => sum + count, 0);
  // Of alike items no more than the whole test could ever be used.
  const alike = overlaps.flatMap((group, index) =>
    Array.from({ length: Math.min(group.count, total) }, (_, copy) => ({
      ...group,
      key: `${index}:${copy}`,
    })),
  );
  const places = quotas.flatMap(({ tag, count }, index) => {
    const candidates = alike.filter((one) => one.pools.includes(pools[index] ?? ''));
    return Array.from({ length: count }, () => ({ topic: tag, candidates }));
  });
  return assign(places, ({ key }) => key) !== undefined;
};

export type DrawItems = ReturnType<typeof createDrawItems>;
