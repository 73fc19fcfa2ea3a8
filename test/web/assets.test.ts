import { statSync } from 'node:fs';
import { expect } from 'chai';
import express from 'express';
import request from 'supertest';
import { createAssets, readAssets } from '../../src/web/assets.ts';

const assets = readAssets();
const app = express().use(createAssets(assets));

describe('Assets', () => {
  it('have a style sheet of less than 40 kB, font faces included', () => {
    const file = new URL('../../src/web/assets/site.css', import.meta.url);
    expect(statSync(file).size).to.be.lessThan(40_000);
    expect(assets.find(assets.url('site.css'))?.asset.body.length).to.be.lessThan(40_000);
  });

  it('are kept for ever under the hash of their content', async () => {
    const { status, headers, text } = await request(app).get(assets.url('site.css'));
    expect(status).to.equal(200);
    expect(headers['content-type']).to.equal('text/css; charset=utf-8');
    expect(headers['cache-control']).to.equal('public, max-age=31536000, immutable');
    expect(text).to.include('@layer');
  });

  it('answer the hash of an earlier release with the present file, which no cache keeps', async () => {
    const { status, headers } = await request(app).get('/assets/site.000000000000.css');
    expect(status).to.equal(200);
    expect(headers['cache-control']).to.equal('no-cache');
  });

  it('serve every font that the style sheet names, from our own address', async () => {
    const { text } = await request(app).get(assets.url('site.css'));
    const urls = [...text.matchAll(/url\(([^)]+)\)/g)].map(([, url]) => url ?? '');
    expect(urls.length).to.be.greaterThan(20);
    for (const url of urls) {
      expect(url).to.match(/^\/assets\/[\w-]+\.[0-9a-f]{12}\.woff2$/);
      const { status, headers, body } = await request(app).get(url);
      expect(status).to.equal(200);
      expect(headers['content-type']).to.equal('font/woff2');
      expect((body as Buffer).subarray(0, 4).toString('latin1')).to.equal('wOF2');
    }
  });

  it('serve nothing that is not one of them', async () => {
    for (const path of [
      '/assets/../render.ts',
      '/assets/..%2Frender.ts',
      '/assets/constructor',
      '/assets/site',
      '/assets/',
    ]) {
      expect((await request(app).get(path)).status, path).to.equal(404);
    }
    expect(() => assets.url('missing.css')).to.throw('no asset missing.css');
  });
});
