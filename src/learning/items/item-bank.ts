import { join } from 'node:path';
import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import type { Random } from '../../platform/random.ts';
import { type Bank, createBank } from './bank.ts';
import type { DrawItems, Quota, Supply } from './draw-items.ts';
import { writeQuestions } from './exchange/exchange.ts';
import type { Exported } from './exchange/exported.ts';
import { createImportStore } from './exchange/import-store.ts';
import type { ExportFormat } from './exchange/imported.ts';
import { createImports, type Imports } from './exchange/imports.ts';
import type { Item } from './item.ts';
import type { ItemFilter, ItemStore } from './item-store.ts';
import { createLoadItems, type LoadedItem, readItems } from './load-items.ts';
import { createTryItem, type TryItem } from './try-item.ts';

/** Questions with tags and immutable versions; `draft`, `published`, `retired`. */
export type ItemBank = Bank &
  TryItem & {
    /** Newest change first. */
    list(filter: ItemFilter, page: { skip: number; limit: number }): Promise<Item[]>;
    count(filter: ItemFilter): Promise<number>;
    /** Every tag of the bank, sorted. */
    tags(): Promise<string[]>;
    /** Whether the bank fills a blueprint in each language, all quotas at once. */
    supply(quotas: readonly Quota[]): Promise<Supply[]>;
    /** From a file of another tool to the bank: read and look, then confirm. */
    imports: Imports;
    /** The newest versions of what fits, at most 5,000, for another tool. */
    export(format: ExportFormat, filter: ItemFilter): Promise<Exported>;
    /** Brings `<contentDir>/items/*.json` into the bank. Safe to repeat. */
    load(contentDir: string): Promise<LoadedItem[]>;
  };

const mostExported = 5000;

type Deps = {
  connection: Parameters<typeof createImportStore>[0];
  items: ItemStore;
  drawItems: DrawItems;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** The question bank as authors use it. */
export const createItemBank = (deps: Deps): ItemBank => {
  const { connection, items, drawItems, outbox } = deps;
  const bank = createBank(deps);
  const loadItems = createLoadItems({ items, bank });
  return {
    ...bank,
    ...createTryItem({ items }),
    list: items.list,
    count: items.count,
    tags: items.tags,
    supply: drawItems.supply,
    imports: createImports({ ...deps, imports: createImportStore(connection, outbox), bank }),
    export: async (format, filter) =>
      writeQuestions(format, await items.newestVersions(filter, mostExported)),
    load: async (contentDir) => loadItems(await readItems(join(contentDir, 'items')), 'content/items'),
  };
};
