import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Client } from '../../support/client.ts';
import { expectStatus } from '../../support/client.ts';
import { openWorld, type Someone, type World } from '../../support/world.ts';

const fixture = (name: string): Blob =>
  new Blob([readFileSync(new URL(`../../learning/items/fixtures/${name}`, import.meta.url))]);

const written = {
  'prompt.en': 'Which authority?\n\nThink of *Paris*.',
  'prompt.fr': 'Quelle autorité ?',
  'part.1.en': 'CNIL',
  'part.1.fr': 'CNIL',
  'part.1.correct': 'yes',
  'part.2.en': 'ICO',
  'part.2.fr': 'ICO',
  tags: 'authorities law',
  points: '2',
};

describe('The question bank’s desk', function () {
  this.timeout(120_000);
  let world: World;
  let anna: Someone;
  let ben: Someone;
  before(async () => {
    world = await openWorld();
    anna = await world.staff('author');
    ben = await world.staff('author');
  });
  after(() => world.close());

  const write = async ({ client }: Someone, values: Record<string, string>, kind = 'choice') => {
    const page = expectStatus(await client.get(`/en/staff/items/new?kind=${kind}`)).page();
    return client.send(page.form(/\/staff\/items$/), { ...values, action: 'save' });
  };
  const create = async (someone: Someone, values: Record<string, string> = written, kind = 'choice') => {
    const reply = expectStatus(await write(someone, values, kind));
    const itemId = reply.path.split('/').at(-1) ?? '';
    expect(itemId).to.match(/^item-/);
    return itemId;
  };

  it('is there for authors and administrators, and for nobody else', async () => {
    const learner = await world.learner();
    const examiner = await world.staff('examiner');
    const itemId = await create(anna);
    for (const path of [
      '',
      '/new',
      '/import',
      '/export',
      '/export/file?format=csv',
      `/${itemId}`,
      `/${itemId}/edit`,
    ]) {
      for (const { client } of [learner, examiner]) {
        expectStatus(await client.get(`/en/staff/items${path}`), 404);
      }
      expectStatus(await anna.client.get(`/fr/staff/items${path}`));
    }
    const body = new FormData();
    body.append('file', fixture('gift-grammar.gift'), 'q.gift');
    expectStatus(await learner.client.request('/en/staff/items/import', { method: 'POST', body }), 404);
    expectStatus(await anna.client.request('/en/staff/items/import', { method: 'POST', body }), 403);
    const admin = await world.staff('administrator');
    expectStatus(await admin.client.get('/en/staff/items'));
  });

  it('lets one write and another publish, in both languages', async () => {
    const itemId = await create(anna);
    const own = expectStatus(await anna.client.get(`/fr/staff/items/${itemId}`)).page();
    expect(own.text).to.include('Une deuxième personne doit la relire');
    expect(own.forms.some(({ action }) => action.endsWith('/publish'))).to.equal(false);
    const read = expectStatus(await ben.client.get(`/en/staff/items/${itemId}`)).page();
    const publish = read.form(/\/publish$/);
    // Whoever wrote it gets nowhere with the other's form either.
    const token = own.forms.flatMap(({ values }) => values).find(([name]) => name === '_csrf')?.[1] ?? '';
    expectStatus(await anna.client.send(publish, { _csrf: token }), 409);
    const published = expectStatus(await ben.client.send(publish)).page();
    expect(published.text).to.include('asked in tests');
    await world.settle();
    const [entry] = await world.modules.audit.list({ limit: 1, target: `item:${itemId}` });
    expect(entry).to.include({ action: 'ItemPublished', actor: ben.accountId });
    expectStatus(await ben.client.send(publish));
    const retired = expectStatus(await ben.client.send(published.form(/\/retire$/))).page();
    expect(retired.text).to.include('Take the retirement back');
    expectStatus(await anna.client.send(retired.form(/\/restore$/), { _csrf: token }));
  });

  it('says what is wrong with a question, keeps what was typed, and takes no strange field', async () => {
    const refused = expectStatus(
      await write(anna, {
        ...written,
        'part.1.correct': '',
        'part.2.fr': 'CNIL',
        'prompt.fr': '<script>alert(1)</script>',
      }),
      422,
    ).page();
    expect(refused.text).to.include('HTML is not allowed');
    const again = expectStatus(
      await write(anna, { ...written, 'part.1.correct': '', 'part.2.fr': 'CNIL' }),
      422,
    ).page();
    expect(again.text).to.include('exactly one answer must be right; 0 are');
    expect(again.text).to.include('“cnil” stands there twice');
    const form = again.form(/\/staff\/items$/);
    expect(new Map(form.values).get('prompt.en')).to.include('Think of *Paris*.');
    expectStatus(await write(anna, { ...written, secret: '1' }), 422);
    const french = expectStatus(await anna.client.get('/fr/staff/items/new?kind=numeric')).page();
    const faulty = expectStatus(
      await anna.client.send(french.form(/\/staff\/items$/), {
        'prompt.fr': 'Combien ?',
        tags: 'x',
        answer: 'beaucoup',
        action: 'save',
      }),
      422,
    ).page();
    expect(faulty.text).to.include('Nombre exact : n’est pas valable');
    expectStatus(await anna.client.get('/en/staff/items/new?kind=hotspot'), 404);
    expectStatus(await anna.client.get('/en/staff/items/nowhere'), 404);
  });

  it('offers more parts without losing what was typed', async () => {
    const page = expectStatus(await anna.client.get('/en/staff/items/new?kind=multiple')).page();
    const more = expectStatus(
      await anna.client.send(page.form(/\/staff\/items$/), { ...written, action: 'more' }),
    ).page();
    const values = new Map(more.form(/\/staff\/items$/).values);
    expect(values.has('part.8.en')).to.equal(true);
    expect(values.get('part.2.fr')?.trim()).to.equal('ICO');
  });

  it('answers 409 with both texts to the second of two who edit at once, and loses neither', async () => {
    const itemId = await create(anna);
    const edit = async ({ client }: Someone) =>
      expectStatus(await client.get(`/en/staff/items/${itemId}/edit`))
        .page()
        .form(new RegExp(`${itemId}$`));
    const first = await edit(anna);
    const second = await edit(ben);
    expectStatus(await anna.client.send(first, { 'prompt.en': 'Anna’s wording?', action: 'save' }));
    const conflict = expectStatus(
      await ben.client.send(second, { 'prompt.en': 'Ben’s wording?', action: 'save' }),
      409,
    ).page();
    expect(conflict.text).to.include('Anna’s wording?').and.to.include('Ben’s wording?');
    expectStatus(await ben.client.send(conflict.form(new RegExp(`${itemId}$`)), { action: 'save' }));
    const found = await world.modules.learning.items.item(itemId);
    expect(found?.versions.map(({ question }) => question.prompt.en.split('\n')[0])).to.deep.equal([
      'Ben’s wording?',
      'Anna’s wording?',
      'Which authority?',
    ]);
    // Both wrote what is newest now: a third person is needed.
    const page = expectStatus(await anna.client.get(`/en/staff/items/${itemId}`)).page();
    expect(page.text).to.include('A second person must read and publish it.');
  });

  it('publishes several at once from the list, and says of each what became of it', async () => {
    const [one, two] = [
      await create(anna, { ...written, 'prompt.en': 'First of many?' }),
      await create(anna),
    ];
    const own = await create(ben);
    const list = expectStatus(await ben.client.get('/en/staff/items?waiting=yes')).page();
    const form = list.form(/\/staff\/items\/publish/);
    const none = expectStatus(await ben.client.send(form), 422).page();
    expect(none.text).to.include('Questions to publish');
    expect(
      none.links.some(({ href }) => href.endsWith(one)),
      'the list is still there',
    ).to.equal(true);
    expectStatus(await ben.client.send(form, { chosen: ['../x'] }), 422);
    expectStatus(await ben.client.send(form, { chosen: [`${one}@1`], by: 'anna' }), 422);
    const chosen = [`${one}@1`, `${two}@1`, `${own}@1`, `${two}@7`, 'item-nowhere@1'];
    const done = expectStatus(await ben.client.send(form, { chosen })).page();
    expect(done.text).to.include('2 questions are published').and.to.include('3 questions are not published');
    expect(done.text).to.include('First of many?').and.to.include('Somebody else must publish this');
    const again = expectStatus(await ben.client.send(form, { chosen: [`${one}@1`] })).page();
    expect(again.text, 'repeating it changes nothing').to.include('1 question is published');
    const { items } = world.modules.learning;
    const states = await Promise.all([one, two, own].map(async (id) => (await items.item(id))?.item.state));
    expect(states).to.deep.equal(['published', 'published', 'draft']);
    const french = expectStatus(await anna.client.get('/fr/staff/items?waiting=yes')).page();
    const reply = await anna.client.send(french.form(/publish/), { chosen: [`${own}@1`] });
    expect(expectStatus(reply).page().text).to.include('1 question est publiée');
  });

  it('shows what is missing in a language, and the older versions', async () => {
    const itemId = await create(anna, { ...written, 'prompt.fr': '' });
    const page = expectStatus(await ben.client.get(`/fr/staff/items/${itemId}`)).page();
    expect(page.text).to.include('Pas encore rédigé dans cette langue');
    expect(page.text).to.include('il manque 1 texte');
    const list = expectStatus(
      await ben.client.get('/fr/staff/items?language=missing-fr&state=draft&kind=choice'),
    ).page();
    expect(list.links.some(({ href }) => href.endsWith(itemId))).to.equal(true);
    expect(list.text).to.include('Français manquant');
    const edited = expectStatus(await ben.client.get(`/en/staff/items/${itemId}/edit`)).page();
    expectStatus(
      await ben.client.send(edited.form(new RegExp(`${itemId}$`)), {
        'prompt.fr': 'Quelle ?',
        action: 'save',
      }),
    );
    const old = expectStatus(await ben.client.get(`/en/staff/items/${itemId}?version=1`)).page();
    expect(old.text).to.include('This is an older version');
    expectStatus(await ben.client.get(`/en/staff/items/${itemId}?version=9`), 404);
    expectStatus(await ben.client.get(`/en/staff/items/${itemId}?version=x`), 404);
  });

  it('lets authors try every kind as a candidate, and keeps nothing', async () => {
    const common = { 'prompt.en': 'Asked?', 'prompt.fr': 'Posée ?', tags: 'trial', points: '4' };
    const parts = (...texts: string[]) =>
      Object.fromEntries(
        texts.flatMap((text, index) => [
          [`part.${index + 1}.en`, text],
          [`part.${index + 1}.fr`, text],
        ]),
      );
    const trials: readonly [string, Record<string, string>, Record<string, string>, RegExp][] = [
      ['text-entry', parts('CNIL'), { q1: 'cnil' }, /4 of 4 points/],
      ['numeric', { answer: '72', tolerance: '0,5' }, { q1: '73' }, /0 of 4 points/],
      ['extended-text', {}, { q1: 'Because.' }, /A person marks this answer/],
      [
        'order',
        { ...parts('One', 'Two', 'Three'), partial: 'yes' },
        { 'q1.a': '1', 'q1.b': '1', 'q1.c': '1' },
        /0 of 4 points/,
      ],
      [
        'match',
        {
          ...parts('Cat', 'Trout'),
          'part.1.right.en': 'Mammal',
          'part.1.right.fr': 'Mammal',
          'part.2.right.en': 'Fish',
          'part.2.right.fr': 'Fish',
          'part.3.right.en': 'Bird',
          'part.3.right.fr': 'Bird',
        },
        {},
        /0 of 4 points/,
      ],
      [
        'multiple',
        { ...parts('A', 'B', 'C'), 'part.1.correct': 'yes', 'part.2.correct': 'yes', partial: 'yes' },
        {},
        /0 of 4 points/,
      ],
    ];
    for (const [kind, values, answer, outcome] of trials) {
      const itemId = await create(anna, { ...common, ...values }, kind);
      const page = expectStatus(await ben.client.get(`/en/staff/items/${itemId}/versions/1`)).page();
      const tried = expectStatus(await ben.client.send(page.form(/versions\/1$/), answer)).page();
      expect(tried.text, kind).to.match(outcome);
      expectStatus(await ben.client.send(page.form(/versions\/1$/), { ...answer, q9: 'x' }), 422);
      expectStatus(await ben.client.get(`/fr/staff/items/${itemId}/versions/1`));
    }
  });

  const upload = async (
    { client }: Someone,
    file: Blob | undefined,
    fields: Record<string, string> = {},
    language = 'en',
  ) => {
    const form = expectStatus(await client.get(`/${language}/staff/items/import`))
      .page()
      .form(/\/import$/);
    const body = new FormData();
    const token = form.values.find(([name]) => name === '_csrf')?.[1] ?? '';
    const all = { _csrf: token, format: 'moodle-xml', language: 'fr', tag: 'imported', ...fields };
    for (const [name, value] of Object.entries(all)) body.append(name, value);
    if (file) body.append('file', file, 'questions.xml');
    return client.request(form.action, { method: 'POST', body });
  };
  const confirm = async (client: Client, path: string) => {
    const page = expectStatus(await client.get(path)).page();
    return client.send(page.form(/\/confirm$/));
  };

  it('imports what can be imported after a look, and says of the rest why not', async () => {
    const preview = expectStatus(await upload(anna, fixture('moodle-export.xml')));
    const page = preview.page();
    expect(page.text).to.include('8 new questions can come in.').and.to.include('5 stay out.');
    expect(page.text).to.include('contains a script').and.to.include('“cloze” are not supported');
    expect(page.text).to.not.include('steal()');
    expect(preview.text).to.not.include('<script>fetch');
    const before = await world.modules.learning.items.count({ tag: 'donnees-personnelles' });
    expect(before).to.equal(0);
    // Another author neither sees nor confirms it.
    expectStatus(await ben.client.get(preview.path), 404);
    const running = expectStatus(await confirm(anna.client, preview.path)).page();
    expect(running.text).to.include('The questions are coming into the bank');
    expectStatus(await anna.client.send(page.form(/\/confirm$/)));
    await world.settle();
    const report = expectStatus(await anna.client.get(preview.path)).page();
    expect(report.text).to.include('8 questions are in the bank, as drafts.');
    expect(await world.modules.learning.items.count({ tag: 'donnees-personnelles' })).to.equal(8);
    const list = expectStatus(await anna.client.get(report.link(/\?import=/))).page();
    expect(list.text).to.include('8 questions');
    // The same file again brings nothing new.
    const again = expectStatus(await upload(anna, fixture('moodle-export.xml')));
    expect(again.page().text)
      .to.include('8 are in the bank already')
      .and.to.include('Nothing of this file can be imported');
    const token = page.form(/\/confirm$/).values;
    const forced = { ...page.form(/\/confirm$/), action: `${again.path}/confirm`, values: token };
    expectStatus(await anna.client.send(forced), 409);
  });

  it('forgets a file that nobody confirmed in time', async () => {
    const preview = expectStatus(await upload(anna, fixture('gift-grammar.gift'), { format: 'gift' }));
    const form = preview.page().form(/\/confirm$/);
    world.clock.advance({ minutes: 24 * 60 + 1 });
    const { imports } = world.modules.learning.items;
    const importId = preview.path.split('/').at(-1) ?? '';
    const refusal = await imports.confirm(importId, anna.accountId).then(
      () => 'confirmed',
      (error) => error.code,
    );
    expect(refusal).to.equal('not-found');
    expect(await imports.expire(world.clock.now())).to.be.at.least(1);
    expect(form.action).to.include(importId);
  });

  it('refuses files that cannot be read, with the line, in both languages', async () => {
    anna = await world.staff('author');
    const laughs = new Blob(['<!DOCTYPE quiz [<!ENTITY a "ha">]>\n<quiz>&a;</quiz>']);
    expect(expectStatus(await upload(anna, laughs), 422).page().text).to.include(
      'it declares a document type',
    );
    const french = expectStatus(await upload(anna, new Blob(['<quiz>\n<a>\n</quiz>']), {}, 'fr'), 422).page();
    expect(french.text).to.include('Ligne 3 : ce n’est pas du XML bien formé');
    expectStatus(await upload(anna, undefined), 422);
    expectStatus(await upload(anna, laughs, { tag: 'Not A Tag' }), 422);
    expectStatus(await upload(anna, laughs, { format: 'docx' }), 422);
    expectStatus(await upload(anna, new Blob(['x'.repeat(3_000_001)])), 413);
  });

  it('exports what the filter shows, with what is lost, to authors only', async () => {
    const page = expectStatus(await anna.client.get('/en/staff/items/export?tag=trial&format=gift')).page();
    expect(page.text)
      .to.include('Questions to put in order are left out.')
      .and.to.include('Points are not said');
    const file = expectStatus(await anna.client.get(page.link(/export\/file/)));
    expect(file.headers.get('content-disposition')).to.include('questions.gift');
    expect(file.headers.get('cache-control')).to.equal('no-store');
    expect(file.text).to.include('Asked?');
    const zip = expectStatus(await anna.client.get('/fr/staff/items/export/file?format=qti3&tag=trial'));
    expect(zip.bytes.subarray(0, 2).toString()).to.equal('PK');
    const csv = expectStatus(await anna.client.get('/en/staff/items/export?format=csv')).page();
    expect(csv.text).to.include('The format says everything.');
    expectStatus(await anna.client.get('/en/staff/items/export/file?format=docx'), 404);
  });
});
