import { expect } from 'chai';
import { Router } from 'express';
import request from 'supertest';
import { contextOf } from '../../src/platform/http/context.ts';
import { createHomePages } from '../../src/web/pages/home.ts';
import { createProblemPages } from '../../src/web/pages/problems.ts';
import { createStyleguidePages } from '../../src/web/pages/styleguide.ts';
import type { Page, Render, Viewer } from '../../src/web/render.ts';
import { clock, config, pageApp, translations } from '../support/pages.ts';

const learner: Viewer = { givenName: 'Zoé', familyName: '<b>Šťastná</b>', roles: ['learner'] };

const housePages = (render: Render) => [
  createHomePages({ render, operator: config.operator, baseUrl: config.baseUrl }),
  createProblemPages({ render, translations }),
  createStyleguidePages({ render, clock }),
];

const onePage = (page: Partial<Page>) => (render: Render) => {
  const router = Router();
  router.get('/page', (req, res) =>
    render(req, res, { view: 'home/licence', title: contextOf(res).words('web:licence.title'), ...page }),
  );
  return [router];
};

const get = (path: string, options: Parameters<typeof pageApp>[0] = { routes: housePages }) =>
  request(pageApp(options)).get(path).set('Accept', 'text/html');

describe('The frame of every page', () => {
  it('names its language, its one address and the same page in the other language', async () => {
    const { text } = await get('/fr/accessibility?from=mail');
    expect(text).to.include('<html lang="fr">');
    expect(text).to.include('<title>Accessibilité – JINFO Certification</title>');
    expect(text).to.include('<link rel="canonical" href="https://certificates.example/fr/accessibility">');
    expect(text).to.include('hreflang="en" href="https://certificates.example/en/accessibility"');
    expect(text).to.include('href="/en/accessibility?from&#x3D;mail" hreflang="en"');
  });

  it('serves the page without a prefix in the language that the browser asks for', async () => {
    const { text } = await get('/accessibility').set('Accept-Language', 'de, fr;q=0.8, en;q=0.5');
    expect(text).to.include('<html lang="fr">').and.include('href="/fr/courses"');
  });

  it('offers a visitor to sign in, a learner the own pages, and only staff the staff pages', async () => {
    const visitor = await get('/en/licence');
    expect(visitor.text).to.include('href="/en/sign-in"').and.not.include('href="/en/account"');
    const signedIn = await get('/en/licence', { viewer: learner, routes: housePages });
    expect(signedIn.text).to.include('href="/en/account"').and.not.include('href="/en/staff"');
    const examiner = { ...learner, roles: ['learner', 'examiner'] };
    const staff = await get('/en/licence', { viewer: examiner, routes: housePages });
    expect(staff.text).to.include('href="/en/staff"');
  });

  it('signs out by a form with the token of the session, never by a link', async () => {
    const { text } = await get('/en/licence', { viewer: learner, routes: housePages });
    expect(text).to.match(
      /<form class="sign-out" method="post" action="\/en\/sign-out">\s*<input type="hidden" name="_csrf" value="token-of-the-session">/,
    );
    expect(text).not.to.include('href="/en/sign-out"');
  });

  it('asks for no token, and so opens no session, on a page without a form', async () => {
    const asked: string[] = [];
    const csrf = () => {
      asked.push('token');
      return 'token';
    };
    await get('/en/', { csrf, routes: housePages });
    expect(asked).to.deep.equal([]);
    await get('/en/styleguide', { csrf, routes: housePages });
    expect(asked).not.to.deep.equal([]);
  });

  it('lets no cache keep what a signed-in person saw', async () => {
    const signedIn = await get('/en/licence', { viewer: learner, routes: housePages });
    expect(signedIn.headers['cache-control']).to.equal('no-store');
    const visitor = await get('/en/licence');
    expect(visitor.headers['cache-control']).to.equal('private, no-cache');
  });

  it('draws names and addresses as text, whatever they contain', async () => {
    const { text } = await get('/en/licence?q="><script>alert(1)</script>', {
      viewer: learner,
      routes: housePages,
    });
    expect(text).to.include('&lt;b&gt;Šťastná&lt;/b&gt;').and.not.include('<b>Šťastná');
    expect(text).not.to.include('<script>alert');
  });

  it('keeps a page away from search engines when asked, and every error page', async () => {
    const shown = await get('/en/page', { routes: onePage({}) });
    expect(shown.text).not.to.include('noindex');
    const hidden = await get('/en/page', { routes: onePage({ noindex: true }) });
    expect(hidden.text).to.include('<meta name="robots" content="noindex">').and.not.include('canonical');
    expect((await get('/en/nowhere')).text).to.include('<meta name="robots" content="noindex">');
  });

  it('says in the title that a form came back with faults', async () => {
    const { status, text } = await get('/fr/page', { routes: onePage({ status: 422 }) });
    expect(status).to.equal(422);
    expect(text).to.include('<title>À corriger\u00a0: Code source et licence');
  });

  it('holds no inline script or style that its own policy would refuse', async () => {
    for (const path of [
      '/',
      '/accessibility',
      '/licence',
      '/problems',
      '/problems/invalid-input',
      '/styleguide',
      '/x',
    ]) {
      const { text, headers } = await get(`/en${path}`, { viewer: learner, routes: housePages });
      expect(headers['content-security-policy']).to.include("default-src 'none'");
      expect(text, path).not.to.match(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:/i);
    }
  });

  it('answers a view that does not exist with an error page that gives the number in the log', async () => {
    const { status, text, headers } = await get('/en/page', { routes: onePage({ view: 'home/missing' }) });
    expect(status).to.equal(500);
    expect(text).to.include(headers['x-request-id']).and.not.include('missing');
  });
});

describe('Pages of the house', () => {
  it('lead from the home page to the courses first, then to verifying', async () => {
    const { text } = await get('/fr/');
    const main = text.slice(text.indexOf('<main'));
    expect(main.indexOf('href="/fr/courses"')).to.be.within(1, main.indexOf('href="/fr/verify"'));
    expect(text).to.include('<title>JINFO Certification – ');
  });

  it('help somebody lost: where to go, and the same address in the other language', async () => {
    const { status, text } = await get('/fr/perdu?x=1');
    expect(status).to.equal(404);
    expect(text).to.include('Rien à cette adresse');
    expect(text).to.include('href="/en/perdu?x&#x3D;1" hreflang="en" lang="en">English</a>');
  });

  it('send somebody who must sign in back to where they were going', async () => {
    const { DomainError } = await import('../../src/platform/errors.ts');
    const routes = () => [
      Router().get('/private', () => {
        throw new DomainError('unauthenticated', 'not-signed-in');
      }),
    ];
    const { status, text } = await get('/en/private?step=2', { routes });
    expect(status).to.equal(401);
    expect(text).to.include('href="/en/sign-in?next&#x3D;%2Fprivate%3Fstep%3D2"');
  });

  it('document every problem code, and nothing else', async () => {
    const index = await get('/en/problems');
    const codes = Object.keys(translations.resources.en?.problems ?? {}).filter((code) => code !== 'fields');
    for (const code of codes) expect(index.text).to.include(`href="/en/problems/${code}"`);
    const { text } = await get('/fr/problems/too-many-requests');
    expect(text).to.include('Trop d’essais').and.not.include('{{');
    for (const code of ['fields', 'constructor', '__proto__', 'no-such-code']) {
      expect((await get(`/en/problems/${code}`)).status, code).to.equal(404);
    }
  });
});

describe('A problem that names a moment', () => {
  it('says it as people write it, in their language', async () => {
    const { DomainError } = await import('../../src/platform/errors.ts');
    const routes = () => [
      Router().get('/too-early', () => {
        throw new DomainError('conflict', 'attempt-too-early', {
          params: { from: '2026-11-24T08:05:00.000Z' },
        });
      }),
    ];
    const { status, text } = await get('/fr/too-early', { routes });
    expect(status).to.equal(409);
    expect(text).to.include('à partir du 24 novembre 2026 à 09:05:00.').and.not.include('2026-11-24T');
  });
});
