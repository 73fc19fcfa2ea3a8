import { expect } from 'chai';
import { durationOf, uuidOf } from '../../src/learning/records/statement.ts';
import { type Client, expectStatus } from '../support/client.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

type Json = Record<string, unknown>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const duration = /^P(?!$)(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d{1,2})?S)?)?$/;
const isIri = (value: unknown): boolean => URL.canParse(String(value));
const isLanguageMap = (value: unknown): boolean =>
  Object.entries(value as Json).every(([tag, text]) => /^[a-z]{2}$/.test(tag) && typeof text === 'string');
const within = (value: Json, allowed: readonly string[]): void => {
  expect(Object.keys(value).filter((key) => !allowed.includes(key))).to.deep.equal([]);
};

/** What xAPI 1.0.3 (Part Two, 2.4) demands of the statements that are written here. */
const checkStatement = (statement: Json): void => {
  within(statement, ['id', 'actor', 'verb', 'object', 'result', 'context', 'timestamp', 'version']);
  expect(statement.id).to.match(uuid);
  expect(statement.version).to.equal('1.0.3');
  expect(statement.timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const actor = statement.actor as { objectType: string; account: { homePage: string; name: string } };
  within(actor, ['objectType', 'account', 'name']);
  expect(actor.objectType).to.equal('Agent');
  expect(isIri(actor.account.homePage) && actor.account.name.length > 0).to.equal(true);
  const verb = statement.verb as { id: string; display: Json };
  expect(isIri(verb.id) && isLanguageMap(verb.display)).to.equal(true);
  const object = statement.object as {
    objectType: string;
    id: string;
    definition: { type: string; name: Json };
  };
  expect(object.objectType).to.equal('Activity');
  expect([object.id, object.definition.type].every(isIri)).to.equal(true);
  expect(isLanguageMap(object.definition.name)).to.equal(true);
  const context = statement.context as { registration: string };
  within(context, ['registration', 'contextActivities', 'platform']);
  expect(context.registration).to.match(uuid);
  const result = (statement.result ?? {}) as {
    score?: { scaled: number; raw?: number; min?: number; max?: number };
    duration?: string;
  };
  within(result, ['score', 'success', 'completion', 'duration']);
  if (result.duration !== undefined) expect(result.duration).to.match(duration);
  const { scaled, raw = 0, min = 0, max = 0 } = result.score ?? { scaled: 0 };
  expect(scaled >= -1 && scaled <= 1 && raw >= min && raw <= max).to.equal(true);
};

const verbOf = (statement: Json): string => (statement.verb as { id: string }).id.split('/').at(-1) ?? '';

describe('Learning records', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let identifier: string;
  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    ({ identifier } = await world.completed(learner));
  });
  after(() => world.close());

  const statements = async (client: Client, path: string): Promise<Json[]> =>
    expectStatus(await client.get(path)).json<Json[]>();

  it('write durations and ids as the standard does', () => {
    expect([0, 30_500, 60_000, 3_723_450].map(durationOf)).to.deep.equal([
      'PT0S',
      'PT30.5S',
      'PT1M',
      'PT1H2M3.45S',
    ]);
    expect(uuidOf('http://www.example.com/')).to.equal('fcde3c85-2270-590f-9e7c-ee003d65e0e2');
  });

  it('tell a learner’s story as statements, the same in every export', async () => {
    const told = await statements(learner.client, '/en/account/records/statements.json');
    told.forEach(checkStatement);
    const verbs = told.map(verbOf);
    expect(verbs[0]).to.equal('registered');
    expect(verbs).to.include.members(['launched', 'completed', 'attempted', 'passed', 'earned']);
    expect(new Set(told.map(({ id }) => id)).size).to.equal(told.length);
    const passed = told.find((one) => verbOf(one) === 'passed')?.result as { score: { scaled: number } };
    expect(passed.score.scaled).to.equal(1);
    const earned = told.find((one) => verbOf(one) === 'earned')?.object as { id: string };
    expect(earned.id).to.equal(`${world.baseUrl}/v/${identifier}`);
    const lines = expectStatus(await learner.client.get('/en/account/records/statements.jsonl'));
    expect(lines.headers.get('content-type')).to.include('application/jsonl');
    const again = lines.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Json);
    expect(again).to.deep.equal(told);
  });

  it('are a history to read and to keep', async () => {
    const page = expectStatus(await learner.client.get('/fr/account/records')).text;
    expect(page).to.include(identifier).and.include('Mon parcours');
    const file = expectStatus(await learner.client.get('/en/account/records/history.json'));
    const [course] = file.json<{ courses: { state: string; attempts: { passed: boolean }[] }[] }>().courses;
    expect(course).to.deep.include({ state: 'completed' });
    expect(course?.attempts.at(-1)?.passed).to.equal(true);
    const other = await world.learner();
    expect(await statements(other.client, '/en/account/records/statements.json')).to.deep.equal([]);
    expect(
      (await world.visitor().get('/account/records/history.json', { follow: false })).status,
    ).not.to.equal(200);
  });

  it('of a course go to staff for a period, without names or numbers', async () => {
    const author = await world.staff('author');
    const ask = async (values: Record<string, string>, client = author.client) =>
      client.send(
        expectStatus(await client.get('/en/staff/records'))
          .page()
          .form(/\/records$/),
        values,
      );
    const period = {
      courseId: 'protecting-personal-data',
      from: '2026-11-23',
      until: '2026-11-23',
      format: 'json',
    };
    const reply = expectStatus(await ask(period));
    const told = reply.json<Json[]>();
    told.forEach(checkStatement);
    expect(told.map(verbOf)).to.include.members(['registered', 'passed', 'earned']);
    for (const secret of [learner.accountId, identifier, 'Šťastná', learner.email])
      expect(reply.text).not.to.include(secret);
    expect((await ask({ ...period, until: '2026-11-22' })).status).to.equal(422);
    expect((await ask({ ...period, from: '2026-02-31' })).status).to.equal(422);
    expect((await ask({ ...period, courseId: 'none' })).status).to.be.oneOf([404, 422]);
    const before = { ...period, from: '2026-11-01', until: '2026-11-22', format: 'jsonl' };
    expect(expectStatus(await ask(before)).text).to.equal('');
    expect((await learner.client.get('/en/staff/records')).status).to.equal(404);
  });
});
