import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import mongoose from 'mongoose';
import type { SignedCertificate } from '../../src/issuer/certificate.ts';
import { notFound } from '../../src/platform/errors.ts';
import { answerDirectly } from '../../src/platform/http/answer-directly.ts';
import { securityHeaders } from '../../src/platform/http/security-headers.ts';
import { type LogLine, listeningLogger, tinyApp } from '../platform/http/support.ts';
import { statusBit } from '../support/status-bit.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };
type Ask = (path: string, headers?: Record<string, string>, method?: string) => Promise<Answer>;

/** As a client that sends exactly what it is told: no tidied paths, no headers of its own. */
const asking =
  (port: number): Ask =>
  async (path, headers = {}, method = 'GET') => {
    const sent = request({ port, path, method, headers }).end();
    const [response] = await once(sent, 'response');
    const parts: Buffer[] = [];
    for await (const part of response) parts.push(part as Buffer);
    return { status: response.statusCode, headers: response.headers, body: Buffer.concat(parts) };
  };

const notFoundHandler = (): never => {
  throw notFound();
};

const placeOf = ({ status }: SignedCertificate) => {
  const place = status.find(({ purpose }) => purpose === 'revocation');
  if (!place) throw new Error('no place on a list');
  return { path: `/status/${place.list}`, index: place.index };
};

const revocation = { by: 'examiner-1', reason: 'fraud' as const };

describe('public documents', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  let main: IssuerProcess;
  let other: IssuerProcess;
  let lines: LogLine[];
  let ask: Ask;
  let askOther: Ask;
  let list: string;
  const servers: Server[] = [];

  const serve = async ({ issuer }: IssuerProcess): Promise<Ask> => {
    const logger = listeningLogger();
    lines ??= logger.lines;
    const headers = securityHeaders({ https: true, formTargets: [] });
    const app = tinyApp([headers, issuer.routes, notFoundHandler], logger);
    const listener = answerDirectly(
      { answers: [issuer.directDocuments], securityHeaders: headers, logger },
      app,
    );
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return asking((server.address() as AddressInfo).port);
  };

  let enrolments = 0;
  const issued = async () => {
    enrolments += 1;
    const certificate = await main.issuer.issueCertificate(`public-${enrolments}`);
    if (certificate?.state !== 'valid') throw new Error('not issued');
    return certificate;
  };

  before(async () => {
    world = await openIssuerWorld();
    main = await world.process({ freshFor: 800 });
    other = await world.process({ freshFor: 800 });
    ask = await serve(main);
    askOther = await serve(other);
    list = placeOf(await issued()).path;
  });
  after(async () => {
    for (const server of servers) server.close();
    await world.close();
  });

  it('are answered with validator, age rule, open to every origin, and the headers of every page', async () => {
    for (const [path, type] of [
      [list, 'application/vc'],
      ['/.well-known/did.json', 'application/did+ld+json'],
      ['/contexts/credentials-v2.json', 'application/ld+json'],
    ] as const) {
      await ask(path);
      const { status, headers, body } = await ask(path);
      expect(status, path).to.equal(200);
      expect(headers).to.include({
        'content-type': type,
        'content-length': String(body.length),
        'access-control-allow-origin': '*',
        'cross-origin-resource-policy': 'cross-origin',
        'x-content-type-options': 'nosniff',
        'strict-transport-security': 'max-age=31536000',
        'accept-ranges': 'none',
      });
      expect(headers).to.not.have.any.keys('set-cookie', 'age', 'content-language', 'x-powered-by');
      expect(headers['x-request-id']).to.match(/^[\w-]{36}$/);
      expect(headers.etag).to.match(/^"[\w-]{27}"$/);
      const line = lines.at(-1)?.fields;
      expect(line).to.include({ requestId: headers['x-request-id'], method: 'GET', path, status: 200 });
      JSON.parse(body.toString());
    }
    expect((await ask(list)).headers['cache-control']).to.equal('public, no-cache');
    expect((await ask('/contexts/credentials-v2.json')).headers['cache-control']).to.contain('immutable');
    expect((await ask('/contexts/open-badges-context.json')).headers['cache-control']).to.not.contain(
      'immutable',
    );
  });

  it('are the same whether Express or the direct answer gives them', async () => {
    for (const path of [list, '/.well-known/did.json', '/contexts/multikey-v1.json']) {
      const direct = await ask(path);
      const slow = await ask(`${path}?slow`);
      expect(slow.body.equals(direct.body), path).to.equal(true);
      const { date: _d, 'x-request-id': _x, ...headers } = slow.headers;
      const { date: _e, 'x-request-id': _y, ...expected } = direct.headers;
      expect(headers, path).to.deep.equal(expected);
    }
  });

  it('are told in no bytes to who has them', async () => {
    const { headers } = await ask(list);
    const tag = String(headers.etag);
    for (const condition of [tag, `W/${tag}`, `"a", ${tag}`, `"a,b" , W/"c",W/${tag}`, '*']) {
      const { status, body, headers: again } = await ask(list, { 'if-none-match': condition });
      expect(status, condition).to.equal(304);
      expect(body.length).to.equal(0);
      expect(again.etag).to.equal(tag);
      expect(again).to.not.have.property('content-type');
    }
    for (const condition of ['"a"', tag.slice(1, -1), '', `"${tag.slice(1, -2)}"`]) {
      expect((await ask(list, { 'if-none-match': condition })).status, condition).to.equal(200);
    }
  });

  it('are sent whole to who asks for a part, and without their bytes to HEAD', async () => {
    const whole = await ask(list);
    const part = await ask(list, { range: 'bytes=0-9' });
    expect([part.status, part.body.length]).to.deep.equal([200, whole.body.length]);
    const head = await ask(list, {}, 'HEAD');
    expect([head.status, head.body.length]).to.deep.equal([200, 0]);
    expect(head.headers['content-length']).to.equal(String(whole.body.length));
    expect(head.headers.etag).to.equal(whole.headers.etag);
  });

  it('come in the type that the reader prefers, and in the first rather than not at all', async () => {
    for (const [accept, type] of [
      ['application/ld+json', 'application/ld+json'],
      ['application/json, text/plain, */*', 'application/json'],
      ['application/ld+json;q=0.2, application/json;q=0.9', 'application/json'],
      ['*/*', 'application/vc'],
      ['text/html', 'application/vc'],
      ['application/json;q=0', 'application/vc'],
    ] as const) {
      for (let twice = 0; twice < 2; twice += 1) {
        const { headers } = await ask(list, { accept });
        expect(headers['content-type'], accept).to.equal(type);
        expect(headers.vary).to.equal('Accept');
      }
    }
  });

  it('come compressed where that pays, each coding with its own validator', async () => {
    const path = '/contexts/open-badges-context-3.0.3.json';
    const plain = await ask(path);
    expect(plain.headers.vary).to.equal('Accept, Accept-Encoding');
    for (const [asked, coding, unpack] of [
      ['gzip, deflate, br', 'br', brotliDecompressSync],
      ['gzip', 'gzip', gunzipSync],
    ] as const) {
      const { headers, body } = await ask(path, { 'accept-encoding': asked });
      expect(headers['content-encoding']).to.equal(coding);
      expect(headers.etag).to.not.equal(plain.headers.etag);
      expect(body.length).to.be.lessThan(plain.body.length / 2);
      expect(unpack(body).equals(plain.body)).to.equal(true);
    }
    const refused = await ask(path, { 'accept-encoding': 'gzip;q=0, br;q=0' });
    expect(refused.headers).to.not.have.property('content-encoding');
    expect((await ask(list, { 'accept-encoding': 'br' })).headers).to.not.have.property('content-encoding');
  });

  it('show a revocation of this process in the very next answer, under a new validator', async () => {
    const certificate = await issued();
    const { identifier } = certificate;
    const { path, index } = placeOf(certificate);
    const before = await ask(path);
    await main.issuer.revoke({ identifier, ...revocation });
    const after = await ask(path, { 'if-none-match': String(before.headers.etag) });
    expect(after.status).to.equal(200);
    expect(statusBit(JSON.parse(after.body.toString()), index)).to.equal(true);
    expect(statusBit(JSON.parse(before.body.toString()), index)).to.equal(false);
  });

  it('show a revocation of another process within a second, though they are asked for all the while', async () => {
    const certificate = await issued();
    const { identifier } = certificate;
    const { path, index } = placeOf(certificate);
    const isSet = async () => statusBit(JSON.parse((await askOther(path)).body.toString()), index);
    expect(await isSet()).to.equal(false);
    await main.issuer.revoke({ identifier, ...revocation });
    const acknowledged = performance.now();
    let early = 0;
    for (let shown = false; !shown; early += 1) {
      const asked = performance.now() - acknowledged;
      shown = await isSet();
      if (!shown) expect(asked, 'milliseconds after the revocation').to.be.lessThan(1000);
    }
    expect(early, 'one answer from memory at least').to.be.greaterThan(1);
  });

  it('do not exist under any other name', async () => {
    const { length } = lines;
    for (const path of [
      '/status/revocation-99',
      '/status/..%2f.well-known/did.json',
      '/status/../.well-known/did.json',
      '/status/%2e%2e/did.json',
      '/status/%00',
      '/status/$ne',
      '/status/__proto__',
      '/status/',
      '/status',
      `/status/${'a'.repeat(5000)}`,
      `${list}/`.replace('/status/', '/status//'),
      '/contexts/index.json',
      '/contexts/../package.json',
      '/contexts/%2e%2e%2fpackage.json',
      '/contexts/constructor',
      '/contexts/credentials-examples-v2.json',
      '/.well-known/DID.json/x',
    ]) {
      const { status, headers } = await ask(path, { accept: 'application/json' });
      expect(status, path).to.equal(404);
      expect(headers['content-type']).to.contain('application/problem+json');
    }
    expect((await ask('/status/%zz', { accept: 'application/json' })).status).to.equal(400);
    expect(lines.slice(length).filter(({ level }) => level === 'error')).to.deep.equal([]);
  });

  it('are only read: other methods are told which ones there are', async () => {
    for (const path of [list, '/.well-known/did.json', '/contexts/credentials-v2.json']) {
      for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
        const { status, headers } = await ask(path, {}, method);
        expect([status, headers.allow], `${method} ${path}`).to.deep.equal([405, 'GET, HEAD, OPTIONS']);
      }
      const { status, headers } = await ask(path, { origin: 'https://a.example' }, 'OPTIONS');
      expect(status).to.equal(204);
      expect(headers).to.include({
        'access-control-allow-origin': '*',
        'access-control-allow-headers': 'If-None-Match',
      });
    }
  });
});

describe('public documents while the database is away', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  before(async () => {
    world = await openIssuerWorld();
  });
  after(() => world.close());

  it('are the last ones, with their age, until they end; and nothing that is known to be behind', async () => {
    const main = await world.process({ freshFor: 1 });
    const certificate = await main.issuer.issueCertificate('away-1');
    if (certificate?.state !== 'valid') throw new Error('not issued');
    const { path } = placeOf(certificate);
    const logger = listeningLogger();
    const listener = answerDirectly(
      {
        answers: [main.issuer.directDocuments],
        securityHeaders: securityHeaders({ https: false, formTargets: [] }),
        logger,
      },
      tinyApp([main.issuer.routes, notFoundHandler], logger),
    );
    const server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const ask = asking((server.address() as AddressInfo).port);
    const before = await ask(path);
    expect(before.headers).to.not.have.property('age');

    const { find, findOne } = mongoose.Collection.prototype;
    const away = async () => {
      throw new Error('the database is away');
    };
    Object.assign(mongoose.Collection.prototype, { findOne: away });
    try {
      const during = await ask(path);
      expect([during.status, during.headers.etag]).to.deep.equal([200, before.headers.etag]);
      expect(during.headers.age).to.match(/^[1-9]\d*$/);
      expect((await ask('/status/revocation-7')).status).to.equal(500);
      world.clock.advance({ days: 8 });
      expect((await ask(path)).status).to.equal(500);
    } finally {
      Object.assign(mongoose.Collection.prototype, { find, findOne });
      server.close();
    }
  });
});
