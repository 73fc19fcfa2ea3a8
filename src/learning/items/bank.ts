import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { type EventKind, eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import { ItemPublished, ItemRestored, ItemRetired } from '../events.ts';
import { checkQuestion } from './check-question.ts';
import { fraction } from './draw-items.ts';
import { CONTENT, checkPublication, hashOf, type Item, type ItemSource, type ItemVersion } from './item.ts';
import type { ItemStore } from './item-store.ts';
import type { Question } from './question.ts';
import type { QuestionFault } from './question-checks.ts';
import { languagesOf } from './translations.ts';

/** What became of a question that was brought to the bank. `conflict`: somebody wrote this version first. */
export type Kept =
  | { outcome: 'kept'; version: ItemVersion }
  | { outcome: 'unchanged'; version: ItemVersion }
  | { outcome: 'refused'; faults: readonly QuestionFault[] }
  | { outcome: 'conflict'; newest: ItemVersion };

type Written = { question: unknown; by: string; source?: ItemSource };

type Deps = { items: ItemStore; clock: Clock; random: Random; outbox: Outbox };

const ids = 9;

/** Writing, publishing and retiring items. Versions are never changed: whoever writes makes the next one. */
export const createBank = ({ items, clock, random, outbox }: Deps) => {
  const newVersion = (
    question: Question,
    {
      itemId,
      version,
      authors,
      by,
      source,
    }: Pick<ItemVersion, 'itemId' | 'version' | 'authors' | 'by'> & {
      source?: ItemSource;
    },
  ): ItemVersion => ({
    itemId,
    version,
    question,
    hash: hashOf(question),
    languages: languagesOf(question),
    by,
    authors,
    createdAt: clock.now(),
    ...(source ? { source } : {}),
  });

  const keep = async (version: ItemVersion): Promise<Kept> => {
    const isOurs = await items.addVersion(version);
    const newest = isOurs ? version : await items.newestOf(version.itemId);
    if (!newest) throw new Error(`no version of ${version.itemId}`);
    // Also for the winner of a race, who may have been cut before this line.
    await items.show(newest, fraction(random));
    return isOurs ? { outcome: 'kept', version } : { outcome: 'conflict', newest };
  };

  /**
   * A new item, or the item with this id, which is then written once: a repetition finds its own version.
   */
  const add = async ({ question, by, source, itemId }: Written & { itemId?: string }): Promise<Kept> => {
    const checked = checkQuestion(question);
    if (!checked.ok) return { outcome: 'refused', faults: checked.faults };
    const id = itemId ?? `item-${token(random, ids)}`;
    const authors = by === CONTENT ? [] : [by];
    const kept = await keep(
      newVersion(checked.question, { itemId: id, version: 1, authors, by, ...(source ? { source } : {}) }),
    );
    const isOwn = kept.outcome === 'conflict' && (await items.hasHash(id, hashOf(checked.question)));
    return kept.outcome === 'conflict' && isOwn ? { outcome: 'unchanged', version: kept.newest } : kept;
  };

  /** The next version of an item, written over version `base`. @throws DomainError `not-found`, `item-retired` */
  const revise = async ({
    itemId,
    base,
    question,
    by,
    source,
  }: Written & { itemId: string; base: number }): Promise<Kept> => {
    const newest = await items.newestOf(itemId);
    if (!newest) throw notFound();
    if ((await items.byId(itemId))?.state === 'retired') throw new DomainError('conflict', 'item-retired');
    const checked = checkQuestion(question);
    if (!checked.ok) return { outcome: 'refused', faults: checked.faults };
    if (newest.version !== base) return { outcome: 'conflict', newest };
    if (newest.hash === hashOf(checked.question)) return { outcome: 'unchanged', version: newest };
    const earlier = newest.publishedAt ? [] : newest.authors;
    const authors = [...new Set([...earlier, ...(by === CONTENT ? [] : [by])])];
    const next = { itemId, version: base + 1, authors, by, ...(source ? { source } : {}) };
    return keep(newVersion(checked.question, next));
  };

  const found = async (itemId: string): Promise<Item> => {
    const item = await items.byId(itemId);
    if (!item) throw notFound();
    return item;
  };

  const happened = <P>(kind: EventKind<P>, payload: P) => eventOf(kind, payload, clock.now());

  return {
    add,
    revise,

    /**
     * Offers a version to tests; only the newest, and only by somebody who did not write it.
     * @throws DomainError `not-found`, `item-changed`, `item-retired`, `published-by-author`, `item-not-publishable`
     */
    publish: async ({ itemId, version: number, by }: { itemId: string; version: number; by: string }) => {
      const { state } = await found(itemId);
      if (state === 'retired') throw new DomainError('conflict', 'item-retired');
      const version = await items.version(itemId, number);
      if (!version) throw notFound();
      checkPublication(version, by);
      const published = { ...version, publishedBy: by, publishedAt: clock.now() };
      const event = happened(ItemPublished, { itemId, version: number, by });
      if (!(await items.publish(published, event))) throw new DomainError('conflict', 'item-changed');
      outbox.poke();
    },

    /** Drawn no more; attempts that met it are graded as before. Repeating it changes nothing. */
    retire: async ({ itemId, by }: { itemId: string; by: string }): Promise<void> => {
      await found(itemId);
      await items.retire(itemId, clock.now(), happened(ItemRetired, { itemId, by }));
      outbox.poke();
    },

    restore: async ({ itemId, by }: { itemId: string; by: string }): Promise<void> => {
      const item = await found(itemId);
      const published = item.current === undefined ? undefined : await items.version(itemId, item.current);
      await items.restore(item, published, clock.now(), happened(ItemRestored, { itemId, by }));
      outbox.poke();
    },

    /** The item with all its versions, newest first. */
    item: async (itemId: string): Promise<{ item: Item; versions: readonly ItemVersion[] } | undefined> => {
      const [item, versions] = await Promise.all([items.byId(itemId), items.versionsOf(itemId)]);
      return item && versions.length > 0 ? { item, versions } : undefined;
    },
  };
};

export type Bank = ReturnType<typeof createBank>;
