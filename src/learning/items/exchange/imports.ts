import type { Clock } from '../../../platform/clock.ts';
import type { Outbox } from '../../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../../platform/errors.ts';
import { eventOf } from '../../../platform/events.ts';
import type { Language } from '../../../platform/i18n.ts';
import { type Random, token } from '../../../platform/random.ts';
import { ItemImportConfirmed } from '../../events.ts';
import type { Bank } from '../bank.ts';
import { hashOf } from '../item.ts';
import type { ItemStore } from '../item-store.ts';
import { readQuestions } from './exchange.ts';
import type { ImportLine, ImportStore, ItemImport } from './import-store.ts';
import type { ImportedFile, ImportedQuestion, ImportFormat } from './imported.ts';

export type ImportRequest = {
  file: Uint8Array;
  format: ImportFormat;
  /** As the person called it; only shown. */
  name: string;
  language: Language;
  /** For questions that bring no tag of their own. */
  tag: string;
  by: string;
};

export type ImportPreview =
  | { outcome: 'previewed'; importId: string }
  | { outcome: 'refused'; faults: Extract<ImportedFile, { ok: false }>['faults'] };

type Deps = {
  imports: ImportStore;
  items: ItemStore;
  bank: Bank;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

const previewHours = 24;
const reportDays = 90;
const step = 50;
const ids = 12;

const later = (now: Date, hours: number): Date => new Date(now.getTime() + hours * 3_600_000);

const lineOf = (read: ImportedQuestion): ImportLine => {
  const { number, line, name, notes } = read;
  return 'question' in read
    ? { number, line, name, notes, faults: [], kind: read.question.kind, question: read.question }
    : { number, line, name, notes, faults: read.faults };
};

/** Lines that bring a question the bank does not have. */
export const newLines = (lines: readonly ImportLine[]): ImportLine[] =>
  lines.filter(({ faults, known }) => faults.length === 0 && known === undefined);

/** From a file to the bank in two steps: read and look, then confirm. */
export const createImports = ({ imports, items, bank, clock, random, outbox }: Deps) => {
  /** Which questions are no news: in the bank already, or twice in the file. */
  const marked = async (lines: readonly ImportLine[]): Promise<ImportLine[]> => {
    const hashes = lines.map(({ question }) => (question ? hashOf(question) : undefined));
    const known = await items.withHashes(hashes.filter((hash) => hash !== undefined));
    const seen = new Set<string>();
    return lines.map((line, index) => {
      const hash = hashes[index];
      if (hash === undefined) return line;
      const again = seen.has(hash);
      seen.add(hash);
      const item = known.get(hash) ?? (again ? '0' : undefined);
      return item === undefined ? line : { ...line, known: item };
    });
  };

  const own = async (importId: string, by: string): Promise<ItemImport> => {
    const found = await imports.byId(importId);
    const isForgotten = found?.state === 'previewed' && found.expiresAt <= clock.now();
    if (!found || found.by !== by || isForgotten) throw notFound();
    return found;
  };

  return {
    /** Reads a file and keeps what it says until somebody confirms; nothing comes into the bank yet. */
    preview: async ({ file, format, name, language, tag, by }: ImportRequest): Promise<ImportPreview> => {
      const read = readQuestions(format, file, { language, tag });
      if (!read.ok) return { outcome: 'refused', faults: read.faults };
      const id = `import-${token(random, ids)}`;
      const createdAt = clock.now();
      await imports.add({
        id,
        state: 'previewed',
        format,
        name,
        language,
        by,
        lines: await marked(read.questions.map(lineOf)),
        position: 0,
        added: 0,
        createdAt,
        expiresAt: later(createdAt, previewHours),
      });
      return { outcome: 'previewed', importId: id };
    },

    /** Only for whoever brought the file. @throws DomainError `not-found`, also when it was not confirmed in time */
    byId: own,

    /**
     * Says yes to what was read. Repeating it changes nothing.
     * @throws DomainError `not-found`, `nothing-to-import`
     */
    confirm: async (importId: string, by: string): Promise<void> => {
      const { state, lines } = await own(importId, by);
      if (state !== 'previewed') return;
      if (newLines(lines).length === 0) throw new DomainError('conflict', 'nothing-to-import');
      const now = clock.now();
      const event = eventOf(ItemImportConfirmed, { importId, by }, now);
      await imports.confirm(importId, later(now, reportDays * 24), event);
      outbox.poke();
    },

    /**
     * What follows from `ItemImportConfirmed`: the questions become drafts. Each has its item's name from the beginning, so
     * cuts, repetitions and second processes add nothing twice.
     */
    add: async (importId: string): Promise<void> => {
      const found = await imports.byId(importId);
      if (found?.state !== 'confirmed') return;
      const { lines, by, format, name } = found;
      for (let from = found.position; from < lines.length; from += step) {
        const part = newLines(lines.slice(from, from + step));
        for (const { number, question } of part) {
          const source = { format, name, importId };
          await bank.add({ question, by, source, itemId: `${importId}-${number}` });
        }
        await imports.advance(importId, from, Math.min(from + step, lines.length), part.length);
      }
      await imports.finish(importId);
    },

    expire: imports.expire,
  };
};

export type Imports = ReturnType<typeof createImports>;
