import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import request from 'supertest';
import { DomainError, type ErrorKind, invalid } from '../../../src/platform/errors.ts';
import { listeningLogger, tinyApp } from './support.ts';

const failing =
  (error: unknown): RequestHandler =>
  async () => {
    throw error;
  };

const answerTo = (error: unknown, path = '/en/thing?x=1') =>
  request(tinyApp([failing(error)]))
    .get(path)
    .set('Accept', 'application/json');

const statuses: Record<ErrorKind, number> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  'wrong-method': 405,
  conflict: 409,
  gone: 410,
  'too-large': 413,
  'unsupported-type': 415,
  invalid: 422,
  'too-many': 429,
  unavailable: 503,
};

describe('Answers to errors', () => {
  for (const [kind, status] of Object.entries(statuses)) {
    it(`tell "${kind}" by ${status}`, async () => {
      const answer = await answerTo(new DomainError(kind as ErrorKind, 'conflict'));
      expect(answer.status).to.equal(status);
    });
  }

  it('are a problem detail (RFC 9457) in the language of the reader', async () => {
    const answer = await answerTo(new DomainError('not-found', 'not-found'), '/fr/thing?x=1');
    expect(answer.headers['content-type']).to.match(/^application\/problem\+json/);
    expect(answer.headers['cache-control']).to.equal('no-store');
    const problem = JSON.parse(answer.text);
    expect(problem).to.include({ type: '/problems/not-found', status: 404, instance: '/fr/thing' });
    expect(problem.title).to.equal('Rien à cette adresse');
    expect(problem.requestId).to.equal(answer.headers['x-request-id']);
    expect(problem).not.to.have.property('errors');
  });

  it('name each fault with its pointer, code and sentence', async () => {
    const answer = await answerTo(
      invalid([
        { pointer: '/email', code: 'not-an-email' },
        { pointer: '/name', code: 'too-long', params: { max: 100 } },
      ]),
    );
    const { errors } = JSON.parse(answer.text);
    expect(errors).to.have.length(2);
    expect(errors[1]).to.include({ pointer: '/name', code: 'too-long' });
    expect(errors[1].message).to.include('100');
  });

  it('say moments as people write them', async () => {
    const answer = await answerTo(
      new DomainError('conflict', 'attempt-too-early', { params: { from: '2026-11-23T14:03:10.000Z' } }),
    );
    expect(JSON.parse(answer.text).detail).to.include('23 November 2026');
  });

  it('say how long to wait', async () => {
    const error = new DomainError('too-many', 'too-many-requests', {
      params: { seconds: 30 },
      retryAfterSeconds: 30,
    });
    const answer = await answerTo(error);
    expect(answer.headers['retry-after']).to.equal('30');
  });

  it('let nothing of an unknown error out, and log it under the same number', async () => {
    const logger = listeningLogger();
    const secret = new Error('connect mongodb://user:password@host failed');
    const answer = await request(tinyApp([failing(secret)], logger))
      .get('/en/x')
      .set('Accept', 'application/json');
    expect(answer.status).to.equal(500);
    expect(answer.text).not.to.match(/mongodb|password|at .*\.ts/);
    const line = logger.lines.find(({ level }) => level === 'error');
    expect(line?.fields).to.include({ requestId: answer.headers['x-request-id'] });
  });

  for (const thrown of [undefined, null, 'text', 7, {}]) {
    it(`stay in shape when ${JSON.stringify(thrown) ?? 'undefined'} is thrown`, async () => {
      const app = tinyApp([(_request, _response, next) => next(thrown ?? new Error(String(thrown)))]);
      const answer = await request(app).get('/en/x').set('Accept', 'application/json');
      expect(answer.status).to.equal(500);
      expect(JSON.parse(answer.text).type).to.equal('/problems/internal');
    });
  }

  it('are a page for a browser, and a problem for a program that takes anything', async () => {
    const app = tinyApp([failing(new DomainError('not-found', 'not-found'))]);
    const browser = await request(app)
      .get('/en/x')
      .set('Accept', 'text/html,application/xhtml+xml,*/*;q=0.8');
    expect(browser.headers['content-type']).to.match(/^text\/html/);
    const program = await request(app).get('/en/x').set('Accept', '*/*');
    expect(program.headers['content-type']).to.match(/^application\/problem\+json/);
  });

  it('ask a program for credentials, never a browser', async () => {
    const app = tinyApp([failing(new DomainError('unauthenticated', 'not-signed-in'))]);
    const program = await request(app).get('/x').set('Accept', 'application/json');
    expect(program.headers['www-authenticate']).to.equal('Bearer');
    const browser = await request(app).get('/x').set('Accept', 'text/html');
    expect(browser.headers).not.to.have.property('www-authenticate');
  });

  describe('of the parsers of Express', () => {
    const app = tinyApp([express.json({ limit: 50 }), (_request, response) => void response.json('read')]);
    const send = (body: string | Buffer, headers: Record<string, string> = {}) =>
      request(app)
        .post('/en/x')
        .set({ Accept: 'application/json', 'Content-Type': 'application/json', ...headers })
        .send(body);

    it('tell broken JSON by 400, without repeating it', async () => {
      const answer = await send('{"secret": ');
      expect(answer.status).to.equal(400);
      expect(answer.text).not.to.include('secret');
    });
    it('tell too much by 413', async () => {
      expect((await send(JSON.stringify({ text: 'x'.repeat(60) }))).status).to.equal(413);
    });
    it('tell an unknown encoding by 415', async () => {
      expect((await send('{}', { 'Content-Encoding': 'rot13' })).status).to.equal(415);
    });
    it('tell a broken address by 400', async () => {
      const answer = await request(tinyApp([express.Router().get('/v/:id', () => undefined)]))
        .get('/v/%E0%A4%A')
        .set('Accept', 'application/json');
      expect(answer.status).to.equal(400);
    });
  });
});
