import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Bank, Kept } from './bank.ts';
import { CONTENT, hashOf } from './item.ts';
import type { ItemStore } from './item-store.ts';
import { type Question, question } from './question.ts';

export type LoadedItem = { itemId: string; outcome: Kept['outcome'] | 'kept-by-authors' };

/**
 * Reads `<dir>/*.json`, each a list of questions complete in both languages. A missing folder holds none.
 * @throws Error naming the file and everything wrong in it
 */
export const readItems = async (dir: string): Promise<Question[]> => {
  const names = await readdir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.json')).sort();
  const lists = await Promise.all(
    files.map(async (name) => {
      const parsed = z.array(question).safeParse(JSON.parse(await readFile(join(dir, name), 'utf8')));
      if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
      return parsed.data;
    }),
  );
  return lists.flat();
};

/**
 * Brings questions of the service's own files into the bank, published at once: they were reviewed where they were
 * written. Repeating it changes nothing; what authors have rewritten in the bank since stays theirs.
 */
export const createLoadItems =
  ({ items, bank }: { items: ItemStore; bank: Bank }) =>
  async (questions: readonly Question[], name: string): Promise<LoadedItem[]> => {
    const load = async (one: Question): Promise<LoadedItem> => {
      const itemId = one.id;
      const source = { format: 'content' as const, name };
      const newest = await items.newestOf(itemId);
      const publish = (version: number) => bank.publish({ itemId, version, by: CONTENT });
      if (!newest) {
        const kept = await bank.add({ question: one, by: CONTENT, source, itemId });
        if (kept.outcome === 'kept') await publish(1);
        return { itemId, outcome: kept.outcome };
      }
      // Retired is a decision of people, which no file takes back.
      if ((await items.byId(itemId))?.state === 'retired') return { itemId, outcome: 'kept-by-authors' };
      if (newest.hash === hashOf(one)) {
        // Cut between writing and publishing: the next start finishes it.
        if (newest.by === CONTENT && !newest.publishedAt) await publish(newest.version);
        return { itemId, outcome: 'unchanged' };
      }
      if (newest.by !== CONTENT) return { itemId, outcome: 'kept-by-authors' };
      const kept = await bank.revise({ itemId, base: newest.version, question: one, by: CONTENT, source });
      if (kept.outcome === 'kept') await publish(kept.version.version);
      return { itemId, outcome: kept.outcome };
    };
    const loaded: LoadedItem[] = [];
    for (const one of questions) loaded.push(await load(one));
    return loaded;
  };
