// Who may import whom (docs/architecture.md). test/house/boundaries.test.ts has seen each rule fail.
const mayUse = {
  platform: [],
  vc: [],
  accounts: [],
  learning: ['accounts'],
  billing: ['accounts'],
  privacy: ['accounts'],
  notifications: ['accounts'],
  support: ['accounts'],
  measurement: [],
  issuer: ['accounts', 'vc'],
  verifier: ['vc'],
  integrations: ['accounts', 'issuer', 'verifier'],
  showcase: ['issuer'],
  wallets: ['accounts', 'vc', 'issuer', 'verifier'],
  desk: ['vc', 'issuer', 'verifier'],
  web: [
    'accounts',
    'learning',
    'billing',
    'issuer',
    'verifier',
    'integrations',
    'wallets',
    'showcase',
    'desk',
    'privacy',
    'support',
    'measurement',
  ],
};
// `portable.ts` is a door for programs in browsers: what needs no server.
const door = '^src/[^/]+/(index|portable)\\.ts$';
const words = '^src/locales/';
const rule = (name, from, to) => ({ name, severity: 'error', from, to });
const only = (pkg, places) =>
  rule(`${pkg}-in-its-place`, { path: '^src/', pathNot: places }, { path: `node_modules/${pkg}/` });

module.exports = {
  forbidden: [
    rule('no-cycles', {}, { circular: true }),
    rule('no-unknown-module', { path: '^src/' }, { couldNotResolve: true }),
    ...Object.entries(mayUse).map(([name, friends]) =>
      rule(
        `${name}-may-not-use`,
        { path: `^src/${name}/` },
        {
          path: '^src/',
          pathNot: [
            `^src/(${[name, ...(name === 'platform' ? [] : ['platform']), ...friends].join('|')})/`,
            words,
          ],
        },
      ),
    ),
    rule(
      'front-door-only',
      { path: '^src/([^/]+)/' },
      { path: '^src/[^/]+/', pathNot: ['^src/$1/', '^src/platform/', door, words] },
    ),
    rule(
      'front-door-only-root',
      { path: '^src/[^/]+\\.ts$' },
      { path: '^src/[^/]+/', pathNot: ['^src/platform/', '^src/web/', door] },
    ),
    rule('not-through-own-door', { path: '^src/([^/]+)/.' }, { path: '^src/$1/index\\.ts$' }),
    rule('no-test-code-in-the-product', { path: '^src/' }, { path: '^(test|prove|demo|bench|scripts)/' }),
    // Not even by way of what they share with the tests: demo and proofs speak HTTP, and start programs.
    rule(
      'proofs-start-the-product-from-outside',
      { path: '^(demo|prove)/' },
      { path: '^src/', reachable: true },
    ),
    only('mongoose', [
      '-(store|register)\\.ts$',
      '^src/issuer/certificate-schema\\.ts$',
      '^src/platform/(database|jobs|audit)/',
      '^src/platform/http/(session|rate-limits)\\.ts$',
      '/index\\.ts$',
    ]),
    only('stripe', ['^src/billing/(gateways/stripe-|stripe-webhook)']),
    only('puppeteer', ['^src/platform/pdf/']),
    only('pdf-lib', ['^src/platform/pdf/']),
    only('@digitalbazaar', ['^src/vc/']),
    only('jsonld', ['^src/vc/']),
    only('nodemailer', ['^src/platform/mail\\.ts$']),
    only('express', [
      '^src/(app|service|health)\\.ts$',
      '^src/web/',
      '^src/platform/http/',
      '/(index|routes|stripe-webhook|guards|sign-in|authentication)\\.ts$',
    ]),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
