import { expect } from 'chai';
import request from 'supertest';
import type { Message } from '../../src/support/index.ts';
import { createContactPages } from '../../src/web/pages/contact.ts';
import { createStaffSupportPages } from '../../src/web/pages/staff-support.ts';
import { movingClock, openLimits, pagesFor, type Visitor } from '../privacy/tools.ts';

const filled = {
  name: 'Zoé Šťastná',
  email: 'zoe@example.org',
  topic: 'question',
  message: 'How long does a test take?',
  website: '',
};

const desk = (visitor: Visitor = { session: {} }) => {
  const taken: Message[] = [];
  const consumed: string[] = [];
  const clock = movingClock();
  const submit = async ({ file: _file, ...message }: Message) => {
    taken.push(message);
    return {
      ...message,
      id: 'x',
      number: 'S-2026-000007',
      receivedAt: clock.now(),
      state: 'open' as const,
      steps: [],
    };
  };
  const app = pagesFor(visitor, (render) => [
    createContactPages({ render, support: { submit }, limits: openLimits(consumed), clock }),
  ]);
  const send = (fields: object) => request(app).post('/fr/contact').type('form').send(fields);
  return { app, taken, consumed, clock, send };
};

describe('The contact form', () => {
  it('takes a message of somebody without an account and shows its number', async () => {
    const { app, taken, send, clock, consumed } = desk();
    await request(app).get('/fr/contact');
    clock.advanceSeconds(20);
    const answer = await send(filled);
    expect(answer.status).to.equal(303);
    expect(answer.headers.location).to.equal('/fr/contact/sent/S-2026-000007');
    const { website: _trap, ...message } = filled;
    expect(taken).to.deep.equal([{ ...message, language: 'fr' }]);
    expect((await request(app).get('/fr/contact/sent/S-2026-000007')).text).to.include('S-2026-000007');
    // Neither the address of the mailbox nor anything that leads to it is written down by the limit.
    expect(consumed.join()).not.to.include('zoe');
  });

  it('keeps what was typed when something is missing, and takes nothing in', async () => {
    const { send, taken, consumed } = desk();
    const answer = await send({ ...filled, email: 'nobody', message: '' });
    expect(answer.status).to.equal(422);
    expect(answer.text).to.include('value="Zoé Šťastná"').and.include('href="#field-email"');
    expect(taken).to.deep.equal([]);
    expect(consumed).to.deep.equal([]);
  });

  it('holds back what fills the hidden field, and lets the person send again', async () => {
    const { send, taken } = desk();
    const answer = await send({ ...filled, website: 'https://spam.example' });
    expect(answer.status).to.equal(422);
    expect(answer.text).not.to.include('spam.example');
    expect(taken).to.deep.equal([]);
    expect((await send(filled)).status).to.equal(303);
  });

  it('holds back what is sent faster than anybody types', async () => {
    const { app, send, taken, clock } = desk();
    await request(app).get('/contact');
    clock.advanceSeconds(2);
    expect((await send(filled)).status).to.equal(422);
    expect(taken).to.deep.equal([]);
    clock.advanceSeconds(2);
    expect((await send(filled)).status).to.equal(303);
  });

  for (const name of [
    'Win at https://spam.example',
    'www.spam.example',
    'Zoé\r\nBcc: x',
    '<b>Zoé</b>',
    'a@b.example',
  ]) {
    it(`puts no ${JSON.stringify(name)} into a letter of ours`, async () => {
      const { send, taken } = desk();
      expect((await send({ ...filled, name })).status).to.equal(422);
      expect(taken).to.deep.equal([]);
    });
  }

  it('refuses a field that it does not have, and a topic that there is not', async () => {
    const { send, taken } = desk();
    expect((await send({ ...filled, accountId: 'somebody' })).status).to.equal(422);
    expect((await send({ ...filled, topic: 'sales' })).status).to.equal(422);
    expect(taken).to.deep.equal([]);
  });

  it('repeats nothing from its address but a number', async () => {
    const { app } = desk();
    expect((await request(app).get('/contact/sent/call-0900-123')).status).to.equal(404);
  });
});

describe('The desk of support', () => {
  const ticket = {
    ...filled,
    id: 't1',
    number: 'S-2026-000007',
    language: 'fr' as const,
    topic: 'question' as const,
    message: '<script>alert(1)</script>',
    receivedAt: new Date('2026-11-24T09:00:00Z'),
    state: 'open' as const,
    steps: [],
  };
  const app = (roles: string[], done: object[] = []) =>
    pagesFor(
      {
        session: {},
        user: { id: 'tomas', roles, givenName: 'Tomáš', familyName: 'Novák', email: 't@example.org' },
      },
      (render) => [
        createStaffSupportPages({
          render,
          support: {
            list: async ({ topics }) => (topics.includes('question') ? [ticket] : []),
            ticket: async () => ticket,
            file: async () => undefined,
            answer: async (step) => void done.push({ did: 'answered', ...step }),
            close: async (step) => void done.push({ did: 'closed', ...step }),
          },
          desk: { lookUp: async () => ({ kind: 'unreadable', reason: 'empty' }) },
        }),
      ],
    );

  it('does not exist for learners and examiners', async () => {
    for (const roles of [['learner'], ['learner', 'examiner']]) {
      expect((await request(app(roles)).get('/staff/support')).status).to.equal(404);
      expect(
        (await request(app(roles)).post('/staff/support/t1').type('form').send({ did: 'closed', note: 'x' }))
          .status,
      ).to.equal(404);
    }
  });

  it('shows the privacy officer no message about other things', async () => {
    const officer = app(['learner', 'privacy']);
    expect((await request(officer).get('/staff/support')).text).not.to.include('S-2026-000007');
    expect((await request(officer).get('/staff/support/t1')).status).to.equal(404);
  });

  it('shows a message as text and notes what was done with it', async () => {
    const done: object[] = [];
    const support = app(['learner', 'support'], done);
    expect((await request(support).get('/staff/support/t1')).text).to.include('&lt;script&gt;');
    expect((await request(support).get('/staff/support')).text).to.include('S-2026-000007');
    expect(
      (await request(support).post('/staff/support/t1').type('form').send({ did: 'closed', note: '' }))
        .status,
    ).to.equal(422);
    await request(support)
      .post('/staff/support/t1')
      .type('form')
      .send({ did: 'answered', note: 'Said how.' });
    expect(done).to.deep.equal([{ did: 'answered', ticketId: 't1', by: 'tomas', note: 'Said how.' }]);
  });
});
