import { expect } from 'chai';
import request from 'supertest';
import { readUpload } from '../../src/web/read-upload.ts';
import { pageApp } from '../support/pages.ts';

const limits = { maxFileBytes: 1000, maxFieldBytes: 1000, maxFiles: 1 };
const app = pageApp({
  routes: () => [
    async (incoming, response) => {
      const { fields, files } = await readUpload(incoming, limits);
      const sizes = Object.entries(files).map(([name, bytes]) => [name, bytes.length]);
      response.json({ fields, sizes: Object.fromEntries(sizes) });
    },
  ],
});

const part = (name: string, content: string, filename?: string): string =>
  `--x\r\nContent-Disposition: form-data; name="${name}"${filename ? `; filename="${filename}"` : ''}\r\n\r\n${content}`;

const post = (body: string, type = 'multipart/form-data; boundary=x') =>
  request(app).post('/').set('Content-Type', type).set('Accept', 'application/json').send(body);

describe('Reading an upload', () => {
  it('gives fields and files', async () => {
    const { body } = await post(`${part('note', 'hello')}\r\n${part('file', 'abc', 'a.json')}\r\n--x--\r\n`);
    expect(body).to.deep.equal({ fields: { note: 'hello' }, sizes: { file: 3 } });
  });

  it('refuses a body that breaks off inside a file, and the process lives on', async () => {
    const broken = await post(part('file', 'abc', 'a.json'));
    expect(broken.status).to.equal(400);
    const next = await post(`${part('note', 'hello')}\r\n--x--\r\n`);
    expect(next.status).to.equal(200);
  });

  it('refuses a body that breaks off inside a field, or names no boundary', async () => {
    expect((await post(part('note', 'abc'))).status).to.equal(400);
    expect((await post('abc', 'multipart/form-data')).status).to.equal(400);
  });

  it('takes a field for nothing but a field, whatever its name', async () => {
    const { body } = await post(`${part('constructor', 'c')}\r\n${part('__proto__', 'p')}\r\n--x--\r\n`);
    expect(Object.entries(body.fields)).to.deep.include(['constructor', 'c']);
    expect(({} as { p?: unknown }).p).to.equal(undefined);
  });

  it('refuses a file past the limit', async () => {
    const large = await post(`${part('file', 'a'.repeat(1001), 'a.json')}\r\n--x--\r\n`);
    expect(large.status).to.equal(413);
  });
});
