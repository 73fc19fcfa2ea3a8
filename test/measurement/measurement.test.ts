import { expect } from 'chai';
import { createMeasurement } from '../../src/measurement/index.ts';
import { failure, movingClock, testDatabase } from '../privacy/tools.ts';

describe('Audience figures', () => {
  const database = testDatabase();
  const clock = movingClock();
  const since = new Date('2026-11-01T00:00:00Z');

  before(() => database.open());
  after(() => database.close());
  beforeEach(async () => {
    await database.reset();
    clock.set('2026-11-24T23:59:00.000Z');
  });

  const measurement = () => createMeasurement({ connection: database.connection(), clock });

  it('add up per page, language and day, and hold nothing else', async () => {
    const counting = measurement();
    for (const language of ['fr', 'fr', 'en']) counting.count({ view: 'home/home', language });
    await counting.flush();
    clock.set('2026-11-25T00:00:30.000Z');
    counting.count({ view: 'home/home', language: 'fr' });
    await counting.flush();
    expect(await counting.visitsSince(since)).to.deep.equal([
      { day: '2026-11-25', view: 'home/home', language: 'fr', visits: 1 },
      { day: '2026-11-24', view: 'home/home', language: 'fr', visits: 2 },
      { day: '2026-11-24', view: 'home/home', language: 'en', visits: 1 },
    ]);
  });

  it('of two processes add up', async () => {
    const first = measurement();
    database.connection().deleteModel('VisitCounter');
    const second = measurement();
    for (const each of [first, second]) each.count({ view: 'a', language: 'en' });
    await Promise.all([first.flush(), second.flush()]);
    expect((await second.visitsSince(since))[0]?.visits).to.equal(2);
  });

  it('survive a moment without database', async () => {
    const counting = measurement();
    counting.count({ view: 'a', language: 'en' });
    const model = database.connection().model('VisitCounter');
    const { bulkWrite } = model;
    model.bulkWrite = (async () => {
      throw new Error('away');
    }) as never;
    expect((await failure(counting.flush())).message).to.equal('away');
    counting.count({ view: 'a', language: 'en' });
    model.bulkWrite = bulkWrite;
    await counting.flush();
    expect((await counting.visitsSince(since))[0]?.visits).to.equal(2);
  });

  it('are deleted after 25 months, not before', async () => {
    const counting = measurement();
    counting.count({ view: 'a', language: 'en' });
    await counting.flush();
    const { expire } = counting.personalData;
    expect(await expire(new Date('2028-12-24T12:00:00Z'))).to.have.nested.property('[0].removed', 0);
    expect(await expire(new Date('2028-12-25T12:00:00Z'))).to.have.nested.property('[0].removed', 1);
  });
});
