import { readFileSync } from 'node:fs';
import { type Client, expectStatus } from '../../test/support/client.ts';
import { submit } from './act.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const written = {
  'prompt.en': 'Within how long must a breach be notified?\n\nThink of *article 33*.',
  'prompt.fr': 'Sous quel délai faut-il notifier une violation\u00a0?',
  'part.1.en': '72 hours',
  'part.1.fr': '72 heures',
  'part.1.correct': 'yes',
  'part.2.en': '30 days',
  'part.2.fr': '30 jours',
  tags: 'breaches law',
  points: '1',
  action: 'save',
};

const create = async (client: Client, values: Readonly<Record<string, string>>): Promise<string> => {
  const page = expectStatus(await client.get('/en/staff/items/new?kind=choice')).page();
  const reply = expectStatus(await client.send(page.form(/\/staff\/items$/), values));
  return reply.path.replace(/^\/en/, '');
};

const upload = async (client: Client, file: string): Promise<string> => {
  const form = expectStatus(await client.get('/en/staff/items/import'))
    .page()
    .form(/\/import$/);
  const body = new FormData();
  const token = form.values.find(([name]) => name === '_csrf')?.[1] ?? '';
  const fields = { _csrf: token, format: 'moodle-xml', language: 'fr', tag: 'imported' };
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  const brought = readFileSync(
    new URL(`../../test/learning/items/fixtures/${file}`, import.meta.url),
    'utf8',
  );
  // What others have written keeps their blanks; here ours are looked for.
  body.append('file', new Blob([brought.replaceAll(/ (?=[;:!?»])/g, '\u00a0')]), file);
  const preview = expectStatus(await client.request(form.action, { method: 'POST', body }));
  return preview.path.replace(/^\/en/, '');
};

/** The desk of the question bank in its states. */
export const itemStops = async (scene: Scene): Promise<Stop[]> => {
  const as = await scene.staff('author');
  const reader = await scene.staff('administrator');
  const client = await scene.clientOf(as);
  const whole = await create(client, written);
  const half = await create(client, { ...written, 'prompt.fr': '', 'part.2.fr': '' });
  const contested = await create(client, { ...written, tags: 'breaches contested' });
  const editing = expectStatus(await client.get(`/en${contested}/edit`)).page();
  const later = {
    ...written,
    tags: 'breaches contested',
    'prompt.en': 'How soon must a breach be notified?',
  };
  expectStatus(await client.send(editing.form(/\/staff\/items\/[^/]+$/), later));
  const preview = await upload(client, 'moodle-export.xml');
  const base = '/staff/items';
  return [
    { view: 'staff/items', path: base, as, dark: true },
    { view: 'staff/items', state: 'nothing found', path: `${base}?tag=nothing&kind=order`, as },
    {
      view: 'staff/items',
      state: 'nothing chosen',
      path: `${base}?tag=law&waiting=yes`,
      as: reader,
      status: 422,
      doing: submit('/publish?tag=law&waiting=yes&page=1'),
    },
    {
      view: 'staff/items-published',
      path: `${base}?tag=law&waiting=yes`,
      as,
      doing: submit('/publish?tag=law&waiting=yes&page=1', { chosen: `${whole.split('/').at(-1)}@1` }),
    },
    { view: 'staff/item', state: 'own draft', path: whole, as },
    { view: 'staff/item', state: 'to publish', path: whole, as: reader },
    { view: 'staff/item', state: 'incomplete', path: half, as: reader },
    { view: 'staff/item-edit', path: `${whole}/edit`, as },
    { view: 'staff/item-edit', state: 'new, match', path: `${base}/new?kind=match`, as },
    { view: 'staff/item-edit', state: 'new, number', path: `${base}/new?kind=numeric`, as },
    { view: 'staff/item-edit', state: 'new, written answer', path: `${base}/new?kind=extended-text`, as },
    {
      view: 'staff/item-edit',
      state: 'errors',
      path: `${base}/new?kind=choice`,
      as,
      status: 422,
      doing: submit(base, {
        'prompt.en': '<b>Which?</b>',
        'part.1.en': 'Same',
        'part.2.en': 'Same',
        tags: 'law',
      }),
    },
    {
      view: 'staff/item-conflict',
      path: `${contested}/edit`,
      as,
      status: 409,
      doing: submit(contested, { base: '1', 'prompt.en': 'When must a breach be notified?' }),
    },
    { view: 'staff/item-trial', path: `${whole}/versions/1`, as },
    {
      view: 'staff/item-trial',
      state: 'answered',
      path: `${whole}/versions/1`,
      as,
      doing: submit('/versions/1'),
    },
    { view: 'staff/item-import', path: `${base}/import`, as },
    {
      view: 'staff/item-import',
      state: 'errors',
      path: `${base}/import`,
      as,
      status: 422,
      doing: submit('/import', { tag: 'Not a tag' }),
    },
    { view: 'staff/item-import-preview', path: preview, as },
    { view: 'staff/item-export', path: `${base}/export`, as },
    { view: 'staff/item-export', state: 'with losses', path: `${base}/export?format=gift`, as },
  ];
};
