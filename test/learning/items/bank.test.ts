import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { assign, createDrawItems } from '../../../src/learning/items/draw-items.ts';
import { createItemStore } from '../../../src/learning/items/item-store.ts';
import type { Question } from '../../../src/learning/items/question.ts';
import { learningWorld, refusalOf, seededRandom, type World } from '../support.ts';

const both = (text: string) => ({ en: text, fr: `${text} (fr)` });

const question = (prompt: string, { tags = ['law'], fr = true } = {}): Question => ({
  id: 'question',
  kind: 'choice',
  tags,
  prompt: fr ? both(prompt) : { en: prompt, fr: '' },
  points: 1,
  explanation: both('Because.'),
  options: [
    { id: 'a', text: both('Yes'), correct: true },
    { id: 'b', text: both('No') },
  ],
});

describe('the question bank', () => {
  const worlds = learningWorld();
  let world: World;

  before(() => worlds.start());
  beforeEach(async () => {
    world = await worlds.open();
  });
  after(() => worlds.close());

  const add = async (asked: Question, by = 'anna'): Promise<string> => {
    const kept = await world.learning.items.add({ question: asked, by });
    if (kept.outcome !== 'kept') throw new Error(kept.outcome);
    return kept.version.itemId;
  };
  const published = async (asked: Question): Promise<string> => {
    const itemId = await add(asked);
    await world.learning.items.publish({ itemId, version: 1, by: 'ben' });
    return itemId;
  };
  // A store of its own beside the one that learning holds: what a second process would be.
  const beside = () => {
    const { connection, outbox } = world;
    for (const name of ['Item', 'ItemVersion']) connection.deleteModel(name);
    return createDrawItems({ items: createItemStore(connection, outbox) });
  };

  it('keeps a new question as a draft that nothing draws', async () => {
    const { items } = world.learning;
    const itemId = await add(question('One?'));
    const found = await items.item(itemId);
    expect(found?.item).to.include({ state: 'draft', latest: 1, kind: 'choice' });
    expect(found?.item.title).to.deep.equal(both('One?'));
    const [english] = await items.supply([{ tag: 'law', count: 1 }]);
    expect(english).to.include({ language: 'en', fits: false });
  });

  it('lets a second person publish, never a writer', async () => {
    const { items } = world.learning;
    const itemId = await add(question('One?'), 'anna');
    const publish = (by: string, version = 1) => items.publish({ itemId, version, by });
    expect(await refusalOf(publish('anna'))).to.equal('published-by-author');
    await publish('ben');
    // What anna and ben wrote together since then is for a third person.
    await items.revise({ itemId, base: 1, question: question('Two?'), by: 'anna' });
    await items.revise({ itemId, base: 2, question: question('Three?'), by: 'ben' });
    expect(await refusalOf(publish('anna', 3))).to.equal('published-by-author');
    expect(await refusalOf(publish('ben', 3))).to.equal('published-by-author');
    expect(await refusalOf(publish('cleo', 2))).to.equal('item-changed');
    await publish('cleo', 3);
    expect((await items.item(itemId))?.item).to.include({ state: 'published', current: 3 });
    expect((await world.events('ItemPublished')).map(({ payload }) => payload)).to.deep.equal([
      { itemId, version: 1, by: 'ben' },
      { itemId, version: 3, by: 'cleo' },
    ]);
  });

  it('never changes a version: editing one that is in use makes the next', async () => {
    const { items } = world.learning;
    const itemId = await published(question('One?'));
    const kept = await items.revise({ itemId, base: 1, question: question('Two?'), by: 'anna' });
    expect(kept.outcome).to.equal('kept');
    const found = await items.item(itemId);
    expect(found?.item).to.include({ state: 'published', current: 1, latest: 2 });
    expect(found?.versions.map(({ question: one }) => one.prompt.en)).to.deep.equal(['Two?', 'One?']);
    const [drawn] = await beside().draw({
      quotas: [{ tag: 'law', count: 1 }],
      language: 'both',
      random: seededRandom('x'),
    });
    expect(drawn).to.include({ itemId, version: 1, topic: 'law' });
  });

  it('tells the second of two who edit at once, and shows what the first wrote', async () => {
    const { items } = world.learning;
    const itemId = await add(question('One?'));
    const write = (prompt: string, by: string) =>
      items.revise({ itemId, base: 1, question: question(prompt), by });
    const outcomes = await Promise.all([write('Anna’s?', 'anna'), write('Ben’s?', 'ben')]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).to.deep.equal(['conflict', 'kept']);
    const lost = outcomes.find((one) => one.outcome === 'conflict');
    const won = outcomes.find((one) => one.outcome === 'kept');
    expect(lost?.outcome === 'conflict' && lost.newest.question.prompt.en).to.equal(
      won?.outcome === 'kept' && won.version.question.prompt.en,
    );
    expect((await items.item(itemId))?.versions).to.have.length(2);
  });

  it('keeps nothing that says the same again', async () => {
    const itemId = await add(question('One?'));
    const kept = await world.learning.items.revise({
      itemId,
      base: 1,
      question: question('One?'),
      by: 'ben',
    });
    expect(kept.outcome).to.equal('unchanged');
  });

  it('retires: drawn no more, edited no more, kept as it was', async () => {
    const { items } = world.learning;
    const itemId = await published(question('One?'));
    await items.retire({ itemId, by: 'ben' });
    await items.retire({ itemId, by: 'ben' });
    expect(await world.events('ItemRetired')).to.have.length(1);
    const quotas = [{ tag: 'law', count: 1 }];
    expect((await items.supply(quotas)).some(({ fits }) => fits)).to.equal(false);
    const revise = () => items.revise({ itemId, base: 1, question: question('Two?'), by: 'anna' });
    expect(await refusalOf(revise())).to.equal('item-retired');
    expect(await refusalOf(items.publish({ itemId, version: 1, by: 'cleo' }))).to.equal('item-retired');
    await items.restore({ itemId, by: 'ben' });
    expect((await items.supply(quotas)).every(({ fits }) => fits)).to.equal(true);
  });

  it('publishes what is complete in one language, and draws it only there', async () => {
    const { items } = world.learning;
    await published(question('Only English', { fr: false }));
    const supply = await items.supply([{ tag: 'law', count: 1 }]);
    expect(supply.map(({ language, fits }) => `${language} ${fits}`)).to.deep.equal([
      'en true',
      'fr false',
      'both false',
    ]);
    const nowhere = {
      ...question('English prompt', { fr: false }),
      options: [
        { id: 'a', text: { en: '', fr: 'Oui' }, correct: true as const },
        { id: 'b', text: { en: '', fr: 'Non' } },
      ],
    };
    const itemId = await add(nowhere as Question);
    expect(await refusalOf(items.publish({ itemId, version: 1, by: 'ben' }))).to.equal(
      'item-not-publishable',
    );
  });

  it('lists by tag, kind, state, language and what waits', async () => {
    const { items } = world.learning;
    const one = await published(question('One?', { tags: ['law', 'history'] }));
    const two = await add(question('Two?', { fr: false }));
    const ids = async (filter: Parameters<typeof items.list>[0]) =>
      (await items.list(filter, { skip: 0, limit: 10 })).map(({ id }) => id).sort();
    expect(await ids({})).to.deep.equal([one, two].sort());
    expect(await ids({ tag: 'history' })).to.deep.equal([one]);
    expect(await ids({ state: 'draft' })).to.deep.equal([two]);
    expect(await ids({ language: 'fr' })).to.deep.equal([one]);
    expect(await ids({ language: 'missing-fr' })).to.deep.equal([two]);
    expect(await ids({ waiting: true })).to.deep.equal([two]);
    expect(await ids({ kind: 'order' })).to.deep.equal([]);
    expect(await items.count({ tag: 'law' })).to.equal(2);
    expect(await items.tags()).to.deep.equal(['history', 'law']);
  });

  it('draws with the chance it is given, without asking one item twice', async () => {
    for (let index = 0; index < 12; index += 1) {
      await published(question(`Question ${index}?`, { tags: index < 3 ? ['law', 'rare'] : ['law'] }));
    }
    const drawing = beside();
    const quotas = [
      { tag: 'law', count: 9 },
      { tag: 'rare', count: 3 },
    ];
    const draw = async (seed: string) =>
      (await drawing.draw({ quotas, language: 'both', random: seededRandom(seed) })).map(
        ({ itemId }) => itemId,
      );
    const first = await draw('one');
    expect(await draw('one')).to.deep.equal(first);
    expect(await draw('two')).to.not.deep.equal(first);
    // The three rare ones may not be spent on the other quota: all twelve are needed, each once.
    expect(new Set(first).size).to.equal(12);
    expect((await drawing.supply(quotas)).every(({ fits }) => fits)).to.equal(true);
    const greedy = [...quotas, { tag: 'law', count: 1 }];
    expect((await drawing.supply(greedy)).some(({ fits }) => fits)).to.equal(false);
    const tooMuch = drawing.draw({ quotas: greedy, language: 'both', random: seededRandom('three') });
    expect(await refusalOf(tooMuch)).to.equal('bank-too-small');
  });

  it('gives every item of a pool about the same chance', async () => {
    for (let index = 0; index < 10; index += 1) await published(question(`Question ${index}?`));
    const drawing = beside();
    const counts = new Map<string, number>();
    for (let round = 0; round < 50; round += 1) {
      const random = seededRandom(`round ${round}`);
      for (const { itemId } of await drawing.draw({
        quotas: [{ tag: 'law', count: 3 }],
        language: 'fr',
        random,
      })) {
        counts.set(itemId, (counts.get(itemId) ?? 0) + 1);
      }
    }
    // 15 expected, standard deviation 3.2.
    expect(Math.min(...counts.values())).to.be.above(3);
    expect(Math.max(...counts.values())).to.be.below(29);
    expect(counts.size).to.equal(10);
  });

  it('reads the files of the service once, publishes them, and leaves what authors rewrote alone', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'items-'));
    await mkdir(join(dir, 'items'));
    const write = (prompt: string) =>
      writeFile(join(dir, 'items', 'law.json'), JSON.stringify([{ ...question(prompt), id: 'from-file' }]));
    const { items } = world.learning;
    const outcomes = async () => (await items.load(dir)).map(({ outcome }) => outcome);
    try {
      await write('One?');
      expect(await outcomes()).to.deep.equal(['kept']);
      expect(await outcomes()).to.deep.equal(['unchanged']);
      await write('Two?');
      expect(await outcomes()).to.deep.equal(['kept']);
      expect((await items.item('from-file'))?.item).to.include({ state: 'published', current: 2 });
      await items.revise({ itemId: 'from-file', base: 2, question: question('Ours?'), by: 'anna' });
      await write('Three?');
      expect(await outcomes()).to.deep.equal(['kept-by-authors']);
      expect((await items.item('from-file'))?.versions[0]?.question.prompt.en).to.equal('Ours?');
      await items.retire({ itemId: 'from-file', by: 'anna' });
      expect(await outcomes()).to.deep.equal(['kept-by-authors']);
    } finally {
      await rm(dir, { recursive: true });
    }
  });

  it('is written once by two processes that start at the same moment', async () => {
    const { items } = world.learning;
    const add = () => items.add({ question: question('One?'), by: 'anna', itemId: 'import-1-1' });
    const outcomes = await Promise.all([add(), add(), add()]);
    expect(outcomes.map(({ outcome }) => outcome).sort()).to.deep.equal(['kept', 'unchanged', 'unchanged']);
    expect((await items.item('import-1-1'))?.versions).to.have.length(1);
  });
});

describe('filling quotas that share items', () => {
  const place = (topic: string, ...candidates: string[]) => ({ topic, candidates });
  const keyOf = (candidate: string) => candidate;

  it('gives the shared item to the quota that has no other', () => {
    expect(assign([place('x', 'a', 'b'), place('y', 'a')], keyOf)).to.deep.equal(['b', 'a']);
  });

  it('finds no way where there is none', () => {
    expect(assign([place('x', 'a'), place('y', 'a')], keyOf)).to.equal(undefined);
  });
});
