import { createHash } from 'node:crypto';
import { zipSync } from 'fflate';
import type { Clock } from '../platform/clock.ts';
import type { Words } from '../platform/i18n.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Template } from '../platform/templates.ts';

type ExportDeps = {
  providers: readonly PersonalDataProvider[];
  page: Template;
  operator: { name: string; privacyEmail: string };
  clock: Clock;
};

type Files = Record<string, Uint8Array>;

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 2)}\n`);

/** Paths come from our own modules; a `..` among them would still be a way out of the folder it is unpacked in. */
const safePath = (path: string): string => path.replaceAll(/[^\w./-]/g, '_').replaceAll('..', '_');

type Line = { name: string; value: string };

const written = (value: unknown): string => (value instanceof Date ? value.toISOString() : String(value));

/** One record as a list for people: `answers.3.choice`, one line per value. Nothing is left out. */
const readable = (value: unknown, name = ''): Line[] => {
  if (value === undefined || value === null) return [];
  if (typeof value !== 'object' || value instanceof Date) return [{ name, value: written(value) }];
  return Object.entries(value).flatMap(([key, part]) => readable(part, name === '' ? key : `${name}.${key}`));
};

/**
 * Everything kept about one person (GDPR art. 15 and 20): `index.html` to read, `data/<module>.json` for machines, the
 * files themselves, and `manifest.json` with the SHA-256 of each.
 */
export const createExport = (deps: ExportDeps) => {
  const collect = async (subject: string): Promise<{ files: Files; sections: object[] }> => {
    const files: Files = {};
    const sections: object[] = [];
    for (const provider of deps.providers) {
      const data = await provider.export(subject);
      const collections = Object.entries(data).filter(([, records]) => records.length > 0);
      if (collections.length > 0) {
        files[`data/${provider.module}.json`] = json(Object.fromEntries(collections));
        sections.push({
          module: provider.module,
          collections: collections.map(([name, records]) => ({
            name,
            count: records.length,
            entries: records.map((record) => readable(record)),
          })),
          records: provider.describe(),
        });
      }
      for await (const { path, bytes } of provider.exportFiles?.(subject) ?? [])
        files[safePath(path)] = bytes;
    }
    return { files, sections };
  };

  const manifestOf = (files: Files, createdAt: Date) => ({
    createdAt,
    files: Object.entries(files).map(([path, bytes]) => ({
      path,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  });

  return async (subject: string, words: Words): Promise<Uint8Array> => {
    const createdAt = deps.clock.now();
    const { files, sections } = await collect(subject);
    const html = deps.page(words, {
      sections,
      createdAt,
      documents: Object.keys(files).filter((path) => !path.startsWith('data/')),
      operator: deps.operator,
    });
    files['index.html'] = new TextEncoder().encode(html);
    files['manifest.json'] = json(manifestOf(files, createdAt));
    return zipSync(files, { level: 6, mtime: createdAt });
  };
};
