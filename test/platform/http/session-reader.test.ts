import { expect } from 'chai';
import express, { type Express } from 'express';
import request from 'supertest';
import { csrfToken } from '../../../src/platform/http/csrf.ts';
import { createSessions } from '../../../src/platform/http/session.ts';
import { askBesideSession, foundBesideSession } from '../../../src/platform/http/session-reader.ts';
import { questionsOf } from '../../support/questions.ts';
import { testDatabase } from '../test-database.ts';
import { tinyApp } from './support.ts';

describe('What is read with a session', () => {
  const database = testDatabase();
  const taken: unknown[] = [];
  let app: Express;

  beforeEach(() => {
    taken.length = 0;
    const pages = express.Router();
    pages.get('/form', (asked, response) => void response.json(csrfToken(asked)));
    pages.get('/of/:id', (asked, response) => {
      (asked.session as unknown as { owner: string }).owner = asked.params.id;
      response.json(csrfToken(asked));
    });
    pages.get('/found', (asked, response) => void response.json(foundBesideSession(asked) ?? 'not asked'));
    const beside = {
      from: 'people',
      at: 'session.owner',
      take: (_request: unknown, found: unknown) => void taken.push(found),
    };
    app = tinyApp([
      (asked, _response, next) => {
        const id = asked.headers['x-course'];
        if (id)
          askBesideSession(asked, {
            collection: 'courses',
            id: String(id),
            holds: (one) => one.open === true,
          });
        next();
      },
      createSessions({ connection: database.connection(), secrets: ['secret'], https: false, beside }),
      pages,
    ]);
  });
  afterEach(() => database.empty());

  const collection = (name: string) => database.connection().collection<{ _id: string }>(name);
  const browser = async (path: string) => {
    const agent = request.agent(app);
    await agent.get(path);
    taken.length = 0;
    return agent;
  };

  it('is the document that the session leads to, as it is at this request', async () => {
    await collection('people').insertOne({ _id: 'ana', state: 'active' } as never);
    const agent = await browser('/of/ana');
    await agent.get('/found');
    await collection('people').updateOne({ _id: 'ana' }, { $set: { state: 'locked' } });
    await agent.get('/found');
    await collection('people').deleteOne({ _id: 'ana' });
    await agent.get('/found');
    const [active, locked] = [
      { _id: 'ana', state: 'active' },
      { _id: 'ana', state: 'locked' },
    ];
    expect(taken).to.deep.equal([active, locked, undefined]);
  });

  it('is one question to the database', async () => {
    const agent = await browser('/of/ana');
    const ask = () => agent.get('/found').set('X-Course', 'open');
    expect(await questionsOf(database.connection(), async () => ask())).to.equal(1);
  });

  it('is nothing for a session that leads to nobody', async () => {
    const agent = await browser('/form');
    await agent.get('/found');
    expect(taken).to.deep.equal([undefined]);
  });

  it('tells whether what was asked holds', async () => {
    await collection('courses').insertMany([{ _id: 'open', open: true }, { _id: 'closed' }] as never);
    const agent = await browser('/form');
    expect((await agent.get('/found').set('X-Course', 'open')).body).to.equal(true);
    expect((await agent.get('/found').set('X-Course', 'closed')).body).to.equal(false);
    expect((await agent.get('/found').set('X-Course', 'none')).body).to.equal(false);
    expect((await agent.get('/found')).body).to.equal('not asked');
    expect((await request(app).get('/found').set('X-Course', 'open')).body).to.equal('not asked');
  });

  it('is nothing when the session has ended, by its date or in the store', async () => {
    await collection('people').insertOne({ _id: 'ana' });
    const agent = await browser('/of/ana');
    const { body: before } = await agent.get('/form');
    await collection('sessions').updateMany({}, { $set: { expires: new Date(Date.now() - 1) } });
    taken.length = 0;
    expect((await agent.get('/form')).body).not.to.equal(before);
    expect(taken).to.deep.equal([]);
    const { body: again } = await agent.get('/form');
    expect((await agent.get('/form')).body).to.equal(again);
    await collection('sessions').deleteMany({});
    expect((await agent.get('/form')).body).not.to.equal(again);
  });

  it('leaves the end of a session alone for an hour, then moves it', async () => {
    const agent = await browser('/form');
    const end = async () => {
      const found = (await collection('sessions').findOne({})) as { expires?: Date } | null;
      return found?.expires?.getTime() ?? 0;
    };
    const first = await end();
    await agent.get('/form');
    expect(await end()).to.equal(first);
    const lastModified = new Date(Date.now() - 3_601_000);
    await collection('sessions').updateMany(
      {},
      { $set: { lastModified, expires: new Date(first - 3_601_000) } },
    );
    await agent.get('/form');
    expect(await end()).to.be.greaterThan(first - 1000);
  });
});
