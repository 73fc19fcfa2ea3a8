import { expect } from 'chai';
import type { EventRecord } from '../../src/platform/events.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { createSupport, type Message, type Support, topics, topicsFor } from '../../src/support/index.ts';
import { failure, movingClock, quietOutbox, testDatabase } from '../privacy/tools.ts';

const message: Message = {
  topic: 'certificate',
  name: 'Zoé Šťastná',
  email: 'Zoe@Example.org',
  message: 'My certificate shows an old name.',
  language: 'fr',
};

describe('Messages to the operator', () => {
  const database = testDatabase();
  const clock = movingClock();
  let support: Support;
  let events: EventRecord[];
  let relay: () => Promise<number>;

  before(() => database.open());
  after(() => database.close());
  beforeEach(async () => {
    await database.reset();
    clock.set('2026-12-31T23:00:00.000Z');
    events = [];
    const outbox = quietOutbox(events);
    relay = outbox.relay;
    support = createSupport({
      connection: database.connection(),
      clock,
      random: systemRandom,
      outbox,
      emailOf: async (accountId) => (accountId === 'zoe' ? 'zoe@example.org' : undefined),
    });
    await database.prepare();
  });

  const open = () => support.list({ state: 'open', topics, limit: 100 });

  it('give each of fifty at once a number of its own, counted anew each year', async () => {
    const tickets = await Promise.all(Array.from({ length: 50 }, () => support.submit(message)));
    expect(new Set(tickets.map(({ number }) => number)).size).to.equal(50);
    clock.set('2027-01-01T00:00:00.000Z');
    expect((await support.submit(message)).number).to.equal('S-2027-000001');
  });

  it('never give the number of an erased message again', async () => {
    const { number } = await support.submit({ ...message, accountId: 'zoe' });
    await support.personalData.erase('zoe');
    expect((await support.submit(message)).number).not.to.equal(number);
  });

  it('tell once that they came, by their id alone', async () => {
    const { id } = await support.submit(message);
    await relay();
    expect(events).to.have.length(1);
    expect(events[0]).to.deep.include({ name: 'ContactReceived', payload: { ticketId: id } });
    expect(await support.contactOfTicket(id)).to.deep.equal({
      email: 'Zoe@Example.org',
      name: 'Zoé Šťastná',
      language: 'fr',
      topic: 'certificate',
      number: 'S-2026-000001',
    });
  });

  it('are answered, then closed, and then left alone', async () => {
    const { id } = await support.submit(message);
    await support.answer({ ticketId: id, by: 'tomas', note: 'Explained how.' });
    await support.close({ ticketId: id, by: 'tomas', note: 'Solved.' });
    expect(await failure(support.answer({ ticketId: id, by: 'tomas', note: 'Again' }))).to.include({
      code: 'conflict',
    });
    const ticket = await support.ticket(id);
    expect(ticket).to.include({ state: 'closed' });
    expect(ticket?.steps.map(({ did, by }) => `${did} by ${by}`)).to.deep.equal([
      'answered by tomas',
      'closed by tomas',
    ]);
    await relay();
    expect(
      events.map(({ name, payload }) => `${name} ${(payload as { reason?: string }).reason}`),
    ).to.deep.equal(['ContactReceived undefined', 'TicketHandled answered', 'TicketHandled closed']);
  });

  it('answer not-found for a ticket that never was', async () => {
    expect(await failure(support.close({ ticketId: 'nothing', by: 'x', note: 'y' }))).to.include({
      code: 'not-found',
    });
  });

  it('belong to whoever sent them signed in or from the account’s address, in any case, and to nobody else', async () => {
    await support.submit({ ...message, accountId: 'zoe', email: 'other@example.org' });
    await support.submit(message);
    await support.submit({ ...message, email: 'anna@example.org' });
    const exported = await support.personalData.export('zoe');
    expect(exported.messages).to.have.length(2);
    expect(await support.personalData.planErasure('zoe')).to.have.nested.property('[0].records', 2);
    await support.personalData.erase('zoe');
    await support.personalData.erase('zoe');
    expect((await open()).map(({ email }) => email)).to.deep.equal(['anna@example.org']);
  });

  it('hand over what was said without the name of who said it', async () => {
    const { id } = await support.submit({ ...message, accountId: 'zoe' });
    await support.answer({ ticketId: id, by: 'tomas', note: 'Explained how.' });
    const exported = JSON.stringify(await support.personalData.export('zoe'));
    expect(exported).to.include('Explained how.').and.not.include('tomas');
  });

  it('are deleted three years after the last step, never while open', async () => {
    const { id } = await support.submit(message);
    await support.submit(message);
    await support.close({ ticketId: id, by: 'tomas', note: 'Solved.' });
    expect(await support.personalData.expire(new Date('2029-12-31T22:59:59.000Z'))).to.have.nested.property(
      '[0].removed',
      0,
    );
    expect(await support.personalData.expire(new Date('2029-12-31T23:00:00.001Z'))).to.have.nested.property(
      '[0].removed',
      1,
    );
    expect(await open()).to.have.length(1);
  });

  it('are read by the privacy officer only where they are about personal data', () => {
    expect(topicsFor(['learner'])).to.deep.equal([]);
    expect(topicsFor(['learner', 'privacy'])).to.deep.equal(['privacy']);
    expect(topicsFor(['support'])).to.have.members([...topics]);
  });
});
