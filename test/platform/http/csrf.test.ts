import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import express, { type Express } from 'express';
import request from 'supertest';
import { csrfProtection, csrfToken } from '../../../src/platform/http/csrf.ts';
import { createSessions, sessionCookieName, sessionSecrets } from '../../../src/platform/http/session.ts';
import { testDatabase } from '../test-database.ts';
import { tinyApp } from './support.ts';

const origin = 'http://certificates.example';

describe('Sessions and forms', () => {
  const database = testDatabase();
  let app: Express;

  const appWith = (https: boolean): Express => {
    const pages = express.Router();
    pages.get('/plain', (_request, response) => void response.json('plain'));
    pages.get('/form', (asked, response) => void response.json(csrfToken(asked)));
    pages.post('/form', (asked, response) => void response.json(asked.body ?? null));
    pages.post('/cookies', (asked, response) => void response.json(asked.body ?? null));
    return tinyApp([
      express.urlencoded({ extended: false }),
      createSessions({ connection: database.connection(), secrets: ['new', 'old'], https }),
      csrfProtection(origin, { tokenless: ['/cookies'] }),
      pages,
    ]);
  };
  beforeEach(() => {
    app = appWith(false);
  });
  afterEach(() => database.empty());

  /** A browser that has been shown the form. */
  const reader = async (from = app) => {
    const agent = request.agent(from);
    const { body: token } = await agent.get('/form');
    return { agent, token: token as string };
  };

  describe('The token', () => {
    it('lets a form of ours through and is taken out of its body', async () => {
      const { agent, token } = await reader();
      const answer = await agent.post('/form').type('form').send({ _csrf: token, name: 'Zoé' });
      expect(answer.body).to.deep.equal({ name: 'Zoé' });
    });

    it('may stand in a header, for scripts', async () => {
      const { agent, token } = await reader();
      expect((await agent.post('/form').set('X-CSRF-Token', token)).status).to.equal(200);
    });

    it('stays the same for a second form of the session, so that two tabs work', async () => {
      const { agent, token } = await reader();
      expect((await agent.get('/form')).body).to.equal(token);
    });

    for (const [what, body] of [
      ['missing', {}],
      ['empty', { _csrf: '' }],
      ['wrong', { _csrf: 'f'.repeat(128) }],
    ] as const) {
      it(`refuses the form when it is ${what}`, async () => {
        const { agent } = await reader();
        const answer = await agent.post('/form').set('Accept', 'application/json').type('form').send(body);
        expect(answer.status).to.equal(403);
        expect(JSON.parse(answer.text).type).to.equal('/problems/forged-request');
      });
    }

    it('is refused when it is given twice', async () => {
      const { agent, token } = await reader();
      const answer = await agent.post('/form').type('form').send(`_csrf=${token}&_csrf=${token}`);
      expect(answer.status).to.equal(403);
    });

    it('of another session is refused', async () => {
      const [first, second] = [await reader(), await reader()];
      const answer = await first.agent.post('/form').type('form').send({ _csrf: second.token });
      expect(answer.status).to.equal(403);
    });

    it('is worth nothing without its cookie', async () => {
      const { token } = await reader();
      expect((await request(app).post('/form').type('form').send({ _csrf: token })).status).to.equal(403);
    });
  });

  describe('A form that another site sends', () => {
    for (const headers of [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { Origin: `${origin}.evil.example` },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: origin, 'Sec-Fetch-Site': 'cross-site' },
    ]) {
      it(`is refused even with the right token: ${JSON.stringify(headers)}`, async () => {
        const { agent, token } = await reader();
        const answer = await agent.post('/form').set(headers).type('form').send({ _csrf: token });
        expect(answer.status).to.equal(403);
      });
    }

    it('is told from ours by origin and fetch metadata', async () => {
      for (const headers of [{ Origin: origin }, { 'Sec-Fetch-Site': 'same-origin' }]) {
        const { agent, token } = await reader();
        const answer = await agent.post('/form').set(headers).type('form').send({ _csrf: token });
        expect(answer.status, JSON.stringify(headers)).to.equal(200);
      }
    });
  });

  it('accept a tokenless form only on its own path and only when the browser vouches for it', async () => {
    const vouched = { 'Sec-Fetch-Site': 'same-origin' };
    const send = (path: string, headers: Record<string, string>) => request(app).post(path).set(headers);
    expect((await send('/cookies', vouched)).status).to.equal(200);
    expect((await send('/form', vouched)).status).to.equal(403);
    expect((await send('/cookies', {})).status).to.equal(403);
    expect((await send('/cookies', { 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403);
  });

  it('set no cookie and keep no session for a page without a form', async () => {
    const answer = await request(app).get('/plain');
    expect(answer.headers).not.to.have.property('set-cookie');
    expect(await database.connection().collection('sessions').countDocuments()).to.equal(0);
  });

  it('keep their cookie from scripts and from other sites', async () => {
    const answer = await request(app).get('/form');
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).to.match(/^sid=/);
    expect(cookie).to.include('HttpOnly').and.include('SameSite=Lax').and.include('Path=/');
    expect(cookie).not.to.include('Domain');
  });

  it('bind the cookie to the host over https', async () => {
    const answer = await request(appWith(true)).get('/form').set('X-Forwarded-Proto', 'https');
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie)
      .to.match(/^__Host-sid=/)
      .and.include('Secure')
      .and.include('Path=/');
    expect(sessionCookieName(false)).to.equal('sid');
  });

  it('ignore a cookie that nobody of ours signed, and never take over its number', async () => {
    const forged = 's%3Aknown-number.bm9ib2R5IHNpZ25lZCB0aGlz';
    const answer = await request(app).get('/form').set('Cookie', `sid=${forged}`);
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).not.to.include('known-number');
    expect(
      await database
        .connection()
        .collection('sessions')
        .findOne({ _id: 'known-number' as never }),
    ).to.equal(null);
  });
});

describe('The secret of sessions', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'secrets-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  it('is the given ones, the newest first', async () => {
    expect(await sessionSecrets({ kind: 'given', secrets: ['b', 'a'] })).to.deep.equal(['b', 'a']);
  });

  it('is made once, kept for the next start, and readable by its owner only', async () => {
    const file = join(dir, 'session-secret');
    const [made] = await sessionSecrets({ kind: 'kept', file });
    expect(made).to.have.length.greaterThan(40);
    expect(await sessionSecrets({ kind: 'kept', file })).to.deep.equal([made]);
    expect((await readFile(file, 'utf8')).trim()).to.equal(made);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
  });
});
