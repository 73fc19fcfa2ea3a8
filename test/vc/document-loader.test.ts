import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { ContextNotShipped, createDocumentLoader, loadContext, shippedContexts } from '../../src/vc/index.ts';
import { issuer, verificationMethod } from './sample.ts';

const refusal = async (load: (url: string) => Promise<unknown>, url: string): Promise<unknown> =>
  load(url).then(
    () => 'answered',
    (error: unknown) => error,
  );

describe('the contexts on board', () => {
  const index = JSON.parse(readFileSync('contexts/index.json', 'utf8')) as { file: string; sha256: string }[];

  it('are the pinned bytes, and no file lies beside the list', () => {
    const files = index.map(({ file, sha256 }) => {
      expect(
        createHash('sha256')
          .update(readFileSync(`contexts/${file}`))
          .digest('hex'),
        file,
      ).to.equal(sha256);
      return file;
    });
    const present = readdirSync('contexts').filter((file) => file.endsWith('.json') && file !== 'index.json');
    expect(present.sort()).to.deep.equal(files.sort());
  });

  it('each load and hold a context', () => {
    for (const { url } of shippedContexts()) expect(loadContext(url), url).to.have.property('@context');
  });

  it('are not used once a file differs from its pinned digest', () => {
    const copy = mkdtempSync(join(tmpdir(), 'contexts-'));
    try {
      for (const folder of ['src/vc', 'src/platform', 'contexts'])
        cpSync(folder, join(copy, folder), { recursive: true });
      copyFileSync('package.json', join(copy, 'package.json'));
      symlinkSync(resolve('node_modules'), join(copy, 'node_modules'));
      appendFileSync(join(copy, 'contexts/did-v1.json'), ' ');
      const load = (url: string) => {
        const source = `import { loadContext } from './src/vc/index.ts'; loadContext(${JSON.stringify(url)});`;
        return spawnSync(process.execPath, ['--input-type=module', '-e', source], {
          cwd: copy,
          encoding: 'utf8',
        });
      };
      expect(load('https://w3id.org/security/multikey/v1').status).to.equal(0);
      expect(load('https://www.w3.org/ns/did/v1').stderr).to.include('contexts/did-v1.json is not the file');
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('are shared by all readers, so nobody can change them', () => {
    const context = loadContext('https://www.w3.org/ns/credentials/v2') as {
      '@context': Record<string, unknown>;
    };
    expect(() => Object.assign(context['@context'], { id: 'x' })).to.throw(TypeError);
  });

  it('name the digest that the VC Data Model 2.0 Recommendation states for its context', () => {
    const v2 = shippedContexts().find(({ url }) => url === 'https://www.w3.org/ns/credentials/v2');
    expect(v2?.publishedSha256).to.equal('59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734');
  });
});

describe('the document loader', () => {
  const unknown = [
    'https://evil.example/context',
    'http://localhost/x',
    'file:///etc/passwd',
    'did:web:a.example',
    '',
  ];

  it('refuses every unknown URL by a typed error, without any attempt at the network', async () => {
    const { fetch } = globalThis;
    const { connect } = Socket.prototype;
    let attempts = 0;
    const count = (): never => {
      attempts += 1;
      throw new Error('network closed');
    };
    globalThis.fetch = count;
    Socket.prototype.connect = count;
    try {
      for (const url of unknown) {
        const error = await refusal(createDocumentLoader(), url);
        expect(error, url).to.be.instanceOf(ContextNotShipped);
        expect(error).to.include({ url, code: 'context-not-shipped' });
      }
    } finally {
      globalThis.fetch = fetch;
      Socket.prototype.connect = connect;
    }
    expect(attempts).to.equal(0);
  });

  it('serves a shipped context as static, the same object each time', async () => {
    const load = createDocumentLoader();
    const first = await load('https://www.w3.org/ns/credentials/v2');
    expect(first).to.include({ tag: 'static', contextUrl: null });
    expect((await load('https://www.w3.org/ns/credentials/v2')).document).to.equal(first.document);
  });

  it('answers did:key DIDs and their verification methods, and no other fragment', async () => {
    const load = createDocumentLoader();
    expect((await load(issuer)).document).to.include({ id: issuer });
    expect((await load(verificationMethod)).document).to.include({
      id: verificationMethod,
      type: 'Multikey',
    });
    expect(await refusal(load, `${issuer}#other`)).to.be.instanceOf(ContextNotShipped);
    expect(await refusal(load, 'did:key:z6Mk')).to.be.instanceOf(ContextNotShipped);
  });

  it('keeps the context that defines every word away from all but conformance suites', async () => {
    const url = 'https://www.w3.org/ns/credentials/examples/v2';
    const served = await createDocumentLoader({ audience: 'test-suites' })(url);
    expect(served).not.to.have.property('tag');
    expect(await refusal(createDocumentLoader(), url)).to.be.instanceOf(ContextNotShipped);
  });

  it('asks the given resolvers first', async () => {
    const document = { id: 'did:web:a.example' };
    const load = createDocumentLoader({
      resolvers: [() => undefined, (url) => (url === document.id ? Promise.resolve(document) : undefined)],
    });
    expect((await load(document.id)).document).to.equal(document);
    expect(await refusal(load, 'did:web:b.example')).to.be.instanceOf(ContextNotShipped);
  });
});
