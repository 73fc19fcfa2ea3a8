import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { requestContext } from '../../src/platform/http/context.ts';
import { csrfProtection } from '../../src/platform/http/csrf.ts';
import { errorHandler } from '../../src/platform/http/problem.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { readChoice, writeChoice } from '../../src/privacy/index.ts';
import { createCountVisits } from '../../src/web/count-visits.ts';
import { createCookiePages } from '../../src/web/pages/privacy-cookies.ts';
import type { Render } from '../../src/web/render.ts';
import { translations } from '../support/pages.ts';
import { openLimits, pagesFor, type Visitor } from './tools.ts';

const baseUrl = 'https://certificates.example';

const somePage =
  (render: Render): RequestHandler =>
  (req, res, next) => {
    if (req.path !== '/licence') return next();
    render(req, res, { view: 'home/licence', title: 'A page' });
  };

const shop = (visitor: Visitor) => {
  const recorded: object[] = [];
  const counted: string[] = [];
  const app = pagesFor(
    visitor,
    (render) => [
      createCookiePages({
        render,
        limits: openLimits(),
        baseUrl,
        privacy: { recordChoice: async (record) => void recorded.push(record) },
      }),
      somePage(render),
    ],
    createCountVisits({ count: ({ view, language }) => void counted.push(`${language}:${view}`) }),
  );
  return { app, recorded, counted };
};

const banner = 'class="cookie-banner"';

describe('The choice cookie', () => {
  it('says yes or no and carries no identifier', () => {
    expect(writeChoice({ audience: true })).to.equal('audience=1');
    expect(readChoice('audience=0')).to.deep.equal({ audience: false });
  });

  for (const forged of ['', 'audience=yes', 'audience=2', 'audience', 'x=1', '%%%', 'audience=01']) {
    it(`counts as no choice when it is ${JSON.stringify(forged)}`, () => {
      expect(readChoice(forged)).to.equal(undefined);
    });
  }
});

describe('The cookie question', () => {
  it('stands on a page behind the session until it is answered, with two buttons of the same weight', async () => {
    const { app } = shop({ session: {} });
    const { text } = await request(app).get('/licence?page=2');
    expect(text).to.include(banner).and.include('name="back" value="/licence?page&#x3D;2"');
    const buttons = [...text.matchAll(/<button class="([^"]*)" type="submit" name="choice" value="(\w+)"/g)];
    expect(buttons.map(([, , value]) => value)).to.deep.equal(['accept', 'refuse']);
    expect(buttons[0]?.[1]).to.equal(buttons[1]?.[1]);
    for (const cookie of ['choice=audience%3D1', 'a=b; choice=audience%3D0']) {
      expect((await request(app).get('/licence').set('Cookie', cookie)).text).not.to.include(banner);
    }
  });

  it('is asked again when the cookie was tampered with', async () => {
    const { app } = shop({ session: {} });
    for (const cookie of ['choice=%E0%A4%A', 'choice=audience%3D7', 'xchoice=audience%3D1']) {
      expect((await request(app).get('/licence').set('Cookie', cookie)).text, cookie).to.include(banner);
    }
  });

  it('is not asked on pages that stand before the sessions, nor does answering count them', async () => {
    const { app, counted } = shop({ session: undefined });
    expect((await request(app).get('/licence')).text).not.to.include(banner);
    await request(app).get('/licence').set('Cookie', 'choice=audience%3D1');
    expect(counted).to.deep.equal([]);
  });

  it('takes the signal of the browser for a no, until its reader chooses otherwise', async () => {
    const { app, counted } = shop({ session: {} });
    const signalled = await request(app).get('/licence').set('Sec-GPC', '1');
    expect(signalled.text).not.to.include(banner);
    expect(counted).to.deep.equal([]);
    await request(app).get('/fr/licence').set('Sec-GPC', '1').set('Cookie', 'choice=audience%3D1');
    expect(counted).to.deep.equal(['fr:home/licence']);
  });

  it('counts nobody who has not answered or has refused', async () => {
    const { app, counted } = shop({ session: {} });
    await request(app).get('/licence');
    await request(app).get('/licence').set('Cookie', 'choice=audience%3D0');
    expect(counted).to.deep.equal([]);
  });

  it('keeps the answer for 182 days without an identifier, records it once, and leads back', async () => {
    const { app, recorded } = shop({ session: {} });
    const answer = await request(app)
      .post('/fr/cookies')
      .type('form')
      .set('Sec-GPC', '1')
      .send({ choice: 'refuse', from: 'banner', back: '/courses?q=a' });
    expect(answer.status).to.equal(303);
    expect(answer.headers.location).to.equal('/fr/courses?q=a');
    const [cookie] = answer.headers['set-cookie'] as unknown as string[];
    expect(cookie).to.match(
      /^choice=audience%3D0; Max-Age=15724800; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(recorded).to.deep.equal([
      { choice: { audience: false }, language: 'fr', method: 'banner', signal: true },
    ]);
  });

  for (const back of [
    '//evil.example',
    'https://evil.example',
    '/\\evil.example',
    'javascript:alert(1)',
    '/a b',
  ]) {
    it(`never leads to ${back}`, async () => {
      const { app } = shop({ session: {} });
      const answer = await request(app).post('/cookies').type('form').send({ choice: 'accept', back });
      expect(answer.headers.location).to.equal('/en/cookies');
    });
  }

  it('refuses an answer that is neither yes nor no and keeps nothing', async () => {
    const { app, recorded } = shop({ session: {} });
    const answer = await request(app).post('/cookies').type('form').send({ choice: 'maybe' });
    expect(answer.status).to.equal(422);
    expect(answer.headers['set-cookie']).to.equal(undefined);
    expect(recorded).to.deep.equal([]);
  });
});

describe('The form of the cookie question', () => {
  const app = express();
  app.use(requestContext(translations, { now: () => new Date() }));
  app.use((req, _res, next) => {
    Object.assign(req, { session: {} });
    next();
  });
  app.use(csrfProtection(baseUrl, { tokenless: ['/cookies'] }));
  app.post(['/cookies', '/account/privacy/erase'], (_req, res) => void res.sendStatus(204));
  app.use(errorHandler(createLogger('silent'), () => undefined));

  const send = async (path: string, headers: Record<string, string>) =>
    (await request(app).post(path).set(headers)).status;

  it('needs no token when the browser says that it comes from our own page, in any language', async () => {
    expect(await send('/cookies', { 'Sec-Fetch-Site': 'same-origin' })).to.equal(204);
    expect(await send('/fr/cookies', { 'Sec-Fetch-Site': 'same-origin' })).to.equal(204);
  });

  it('is refused from another site, from a neighbour, and when nobody vouches for it', async () => {
    for (const site of ['cross-site', 'same-site', 'none']) {
      expect(await send('/cookies', { 'Sec-Fetch-Site': site }), site).to.equal(403);
    }
    expect(await send('/cookies', {})).to.equal(403);
    expect(await send('/cookies', { Origin: 'null' })).to.equal(403);
  });

  it('opens no other path', async () => {
    for (const path of ['/account/privacy/erase', '/cookies/', '/cookies/../account/privacy/erase']) {
      expect(await send(path, { 'Sec-Fetch-Site': 'same-origin' }), path).to.equal(403);
    }
  });
});
