import { readFileSync } from 'node:fs';
import { strFromU8, unzipSync } from 'fflate';
import { SaxesParser } from 'saxes';
import { type ImportFormat, type Question, renderMarkdown } from '../../../src/learning/index.ts';
import { expectStatus } from '../client.ts';
import { openWorld, type Someone, type World } from '../world.ts';

/** Files of other tools, with how many of their questions have to come in. */
const brought: readonly {
  file: string;
  format: ImportFormat;
  tool: string;
  comesIn: number;
  staysOut: number;
}[] = [
  {
    file: 'aiken-to-moodlexml.xml',
    format: 'moodle-xml',
    tool: 'aiken-to-moodlexml',
    comesIn: 8,
    staysOut: 3,
  },
  {
    file: 'moodlexml-to-json.xml',
    format: 'moodle-xml',
    tool: 'files of moodlexml-to-json',
    comesIn: 16,
    staysOut: 7,
  },
  {
    file: 'gift-grammar.gift',
    format: 'gift',
    tool: 'Moodle’s GIFT, gathered by gift-pegjs',
    comesIn: 9,
    staysOut: 1,
  },
];

const fixture = (file: string): Buffer =>
  readFileSync(new URL(`../../learning/items/fixtures/${file}`, import.meta.url));

/** By the pages, as an author would: upload, look, confirm; answers the address of the report. */
const importByPages = async (
  world: World,
  { client }: Someone,
  { file, format }: { file: string; format: ImportFormat },
): Promise<{ importId: string; told: string }> => {
  const form = expectStatus(await client.get('/en/staff/items/import'))
    .page()
    .form(/\/import$/);
  const body = new FormData();
  const token = form.values.find(([name]) => name === '_csrf')?.[1] ?? '';
  const fields = { _csrf: token, format, language: 'fr', tag: 'imported' };
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append('file', new Blob([new Uint8Array(fixture(file))]), file);
  const preview = expectStatus(await client.request(form.action, { method: 'POST', body }));
  expectStatus(await client.send(preview.page().form(/\/confirm$/)));
  await world.settle();
  const told = expectStatus(await client.get(preview.path)).page().text;
  return { importId: preview.path.split('/').at(-1) ?? '', told };
};

/** What readers see: there are several ways to write one thing in Markdown. */
const seen = (value: unknown): unknown => {
  if (typeof value === 'string') return renderMarkdown(value);
  if (Array.isArray(value)) return value.map(seen);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, part]) => [name, seen(part)]),
  );
};

/** What each format cannot say, as its export tells; everything else has to come back. */
const unsaid: Readonly<Record<ImportFormat, readonly string[]>> = {
  csv: [],
  'moodle-xml': ['maxLength'],
  gift: ['maxLength', 'points', 'keepOrder', 'unit', 'caseSensitive', 'guide', 'scoring'],
};

type Text = { en: string; fr: string };

/** Outside CSV, accepted answers do not say their language, and a unit has only one. */
const joined = (name: string, value: unknown): unknown => {
  if (name === 'unit') return (value as Text).en || (value as Text).fr;
  if (name !== 'answers') return value;
  const answers = value as { text: Text; credit?: number }[];
  const all = answers.flatMap(({ text, credit = 1 }) =>
    [text.en, text.fr].filter((one) => one !== '').map((one) => `${one} ${credit}`),
  );
  return [...new Set(all)];
};

const comparable = (question: Question, format: ImportFormat): string => {
  const cut = new Set(['id', ...unsaid[format]]);
  const kept = Object.entries(question).filter(([name]) => !cut.has(name));
  const texts = kept.map(([name, value]) => [name, format === 'csv' ? value : joined(name, value)]);
  // Fractions are written to five places.
  return JSON.stringify(seen(Object.fromEntries(texts)));
};

type Element = { name: string; attributes: Record<string, string>; children: Element[]; text: string };

const elementsOf = (xml: string): Element[] => {
  const parser = new SaxesParser();
  const all: Element[] = [];
  const open: Element[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = {
      name,
      attributes: attributes as Record<string, string>,
      children: [],
      text: '',
    };
    open.at(-1)?.children.push(element);
    open.push(element);
    all.push(element);
  });
  parser.on('text', (text) => {
    for (const element of open) element.text += text;
  });
  parser.on('closetag', () => {
    open.pop();
  });
  parser.write(xml).close();
  return all;
};

/** What is wrong in the structure of one assessment item; empty when nothing is. */
const itemFaults = (xml: string): string[] => {
  const all = elementsOf(xml);
  const named = (name: string): Element[] => all.filter((element) => element.name === name);
  const [root] = all;
  const declared = named('qti-response-declaration');
  const answered = all.filter(({ attributes }) => attributes['response-identifier'] !== undefined);
  const offered = new Set(
    [...named('qti-simple-choice'), ...named('qti-simple-associable-choice')].map(
      ({ attributes }) => attributes.identifier,
    ),
  );
  const expected = named('qti-correct-response').flatMap(({ children }) => children.map(({ text }) => text));
  const isIdentifier = /^(identifier|directedPair)$/.test(declared[0]?.attributes['base-type'] ?? '');
  const strangers = isIdentifier
    ? expected.flatMap((one) => one.split(' ')).filter((id) => !offered.has(id))
    : [];
  return [
    ...(root?.name === 'qti-assessment-item' ? [] : ['the root is no assessment item']),
    ...(['identifier', 'title', 'adaptive', 'time-dependent', 'xml:lang'] as const)
      .filter((name) => root?.attributes[name] === undefined)
      .map((name) => `${name} is missing`),
    ...(declared.length === 1 ? [] : ['not one response declaration']),
    ...(answered.length === 1 ? [] : [`${answered.length} interactions`]),
    ...answered
      .filter(({ attributes }) => attributes['response-identifier'] !== declared[0]?.attributes.identifier)
      .map(() => 'an interaction answers to nothing declared'),
    ...strangers.map((id) => `the correct response names ${id}, which is not offered`),
    ...(named('qti-item-body').length === 1 ? [] : ['not one item body']),
    ...(named('qti-response-processing').length === 1 || named('qti-extended-text-interaction').length === 1
      ? []
      : ['no response processing']),
  ];
};

const packageFaults = (bytes: Uint8Array): { items: number; faults: string[] } => {
  const files = unzipSync(bytes);
  const manifest = elementsOf(strFromU8(files['imsmanifest.xml'] ?? new Uint8Array()));
  const named = manifest.flatMap(({ name, attributes }) =>
    name === 'resource' ? [attributes.href ?? ''] : [],
  );
  const there = Object.keys(files).filter((name) => name !== 'imsmanifest.xml');
  return {
    items: there.length,
    faults: [
      ...named.filter((href) => !there.includes(href)).map((href) => `${href} is not in the package`),
      ...there.filter((href) => !named.includes(href)).map((href) => `${href} is not in the manifest`),
      ...there.flatMap((href) =>
        itemFaults(strFromU8(files[href] as Uint8Array)).map((fault) => `${href}: ${fault}`),
      ),
    ],
  };
};

const goAndReturn = async (world: World, author: Someone, format: ImportFormat) => {
  const { items } = world.modules.learning;
  const exported = await items.export(format, {});
  const preview = await items.imports.preview({
    file: exported.bytes,
    format,
    name: 'own',
    language: 'en',
    tag: 'imported',
    by: author.accountId,
  });
  if (preview.outcome !== 'previewed') throw new Error(JSON.stringify(preview.faults));
  const { lines } = await items.imports.byId(preview.importId, author.accountId);
  const count = await items.count({});
  const left = new Set(exported.losses.filter(({ code }) => code === 'left-out').map(({ itemId }) => itemId));
  const ids = (await items.list({}, { skip: 0, limit: count })).map(({ id }) => id).sort();
  const before = await Promise.all(
    ids.filter((id) => !left.has(id)).map(async (id) => (await items.item(id))?.versions[0]?.question),
  );
  const changed = before.flatMap((question, index) => {
    const again = lines[index];
    if (!question) return [];
    if (!again?.question)
      return [`${question.id}: ${again?.faults.map(({ code }) => code).join(' ') ?? 'missing'}`];
    return comparable(question, format) === comparable(again.question, format)
      ? []
      : [`${again.name}: ${comparable(question, format)} became ${comparable(again.question, format)}`];
  });
  const losses = [...new Set(exported.losses.map(({ code }) => code))].sort();
  return { written: before.length, leftOut: left.size, changed, cannotSay: losses };
};

/** Questions of other tools come in by the pages; all of the bank goes out in each format and comes back the same. */
const run = async (): Promise<{ ok: boolean; figures: Record<string, unknown> }> => {
  const world = await openWorld();
  try {
    const author = await world.staff('author');
    const { items } = world.modules.learning;
    const imports = [];
    for (const one of brought) {
      const { importId, told } = await importByPages(world, author, one);
      const comesIn = await items.count({ importId });
      const report = await items.imports.byId(importId, author.accountId);
      const staysOut = report.lines
        .filter(({ faults }) => faults.length > 0)
        .map(({ line, faults }) => `line ${line}: ${faults.map(({ code }) => code).join(' ')}`);
      const known = report.lines.filter((line) => line.known !== undefined).length;
      const asExpected = comesIn + known === one.comesIn && staysOut.length === one.staysOut;
      const isTold = told.includes(`${comesIn} questions are in the bank`);
      imports.push({ tool: one.tool, comesIn, known, staysOut, ok: asExpected && isTold });
    }
    const roundTrips: Record<string, Awaited<ReturnType<typeof goAndReturn>>> = {};
    for (const format of ['csv', 'moodle-xml', 'gift'] as const) {
      roundTrips[format] = await goAndReturn(world, author, format);
    }
    const qti = packageFaults((await items.export('qti3', {})).bytes);
    const ok =
      imports.every((one) => one.ok) &&
      Object.values(roundTrips).every(({ changed, written }) => changed.length === 0 && written > 0) &&
      qti.items > 0 &&
      qti.faults.length === 0;
    return { ok, figures: { imports, roundTrips, qti } };
  } finally {
    await world.close();
  }
};

process.stdout.write(JSON.stringify(await run()));
