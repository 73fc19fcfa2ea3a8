import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { contextOf } from '../../../src/platform/http/context.ts';
import { listeningLogger, tinyApp } from './support.ts';

const echo: RequestHandler = (asked, response) => {
  const { language, path } = contextOf(response);
  response.json({ language, path, url: asked.url });
};

describe('The context of a request', () => {
  const app = tinyApp([echo]);

  for (const [asked, language, path] of [
    ['/fr/verify', 'fr', '/verify'],
    ['/en/verify?x=1', 'en', '/verify?x=1'],
    ['/fr', 'fr', '/'],
    ['/fr?x=1', 'fr', '/?x=1'],
    ['/fr/', 'fr', '/'],
    ['/french', 'en', '/french'],
    ['/de/verify', 'en', '/de/verify'],
    ['/fr/en/verify', 'fr', '/en/verify'],
    ['/FR/verify', 'en', '/FR/verify'],
  ] as const) {
    it(`reads ${asked} as ${path} in ${language}`, async () => {
      const { body, headers } = await request(app).get(asked);
      expect(body).to.deep.equal({ language, path, url: path });
      expect(headers['content-language']).to.equal(language);
    });
  }

  for (const [header, language] of [
    ['fr', 'fr'],
    ['fr-CA,fr;q=0.9', 'fr'],
    ['de, fr;q=0.5, en;q=0.7', 'en'],
    ['en;q=0, fr;q=0.1', 'fr'],
    ['de', 'en'],
    ['*', 'en'],
    [';;;,q=,fr;q=x', 'en'],
    ['', 'en'],
  ] as const) {
    it(`takes the language from Accept-Language "${header}" when the address has none`, async () => {
      const { body, headers } = await request(app).get('/verify').set('Accept-Language', header);
      expect(body.language).to.equal(language);
      expect(headers.vary).to.include('Accept-Language');
    });
  }

  it('lets the address decide over the header, and then does not vary by it', async () => {
    const { body, headers } = await request(app).get('/en/verify').set('Accept-Language', 'fr');
    expect(body.language).to.equal('en');
    expect(headers.vary).to.equal(undefined);
  });

  it('gives each request a number of its own, whatever the client claims', async () => {
    const first = await request(app).get('/').set('X-Request-Id', 'mine');
    const second = await request(app).get('/');
    expect(first.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
    expect(first.headers['x-request-id']).not.to.equal(second.headers['x-request-id']);
  });
});

describe('The log of requests', () => {
  const lineFor = async (path: string) => {
    const logger = listeningLogger();
    const app = tinyApp([express.urlencoded({ extended: false }), echo], logger);
    await request(app)
      .post(path)
      .set('Cookie', 'sid=secret-cookie')
      .set('User-Agent', 'a-browser')
      .set('X-Forwarded-For', '192.0.2.7')
      .type('form')
      .send({ email: 'zoe@mail.example', password: 'secret words' });
    return logger.lines;
  };

  it('has one line with number, method, path, status and time, and nothing of the person', async () => {
    const lines = await lineFor('/fr/sign-in?next=/learn');
    expect(lines).to.have.length(1);
    expect(lines[0]?.fields).to.have.keys(['requestId', 'method', 'path', 'status', 'milliseconds']);
    expect(lines[0]?.fields).to.include({ method: 'POST', path: '/sign-in', status: 200 });
    expect(JSON.stringify(lines)).not.to.match(/zoe|secret|192\.0\.2|a-browser|next/);
  });

  it('hides the secret of a link in a letter', async () => {
    const secret = 'Zm9v-_'.repeat(8).slice(0, 43);
    const lines = await lineFor(`/en/reset-password/${secret}`);
    expect(lines[0]?.fields.path).to.equal('/reset-password/[secret]');
  });
});
