import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

type Rule = { name: string };
type Violation = { rule: Rule; from: string };

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(import.meta.url);
const { forbidden } = require('../../.dependency-cruiser.cjs') as { forbidden: Rule[] };

/** One file that breaks each rule, and what it imports. A rule without a line here has been seen by nobody. */
const violations: Record<string, { file: string; imports: string }> = {
  'no-cycles': { file: 'src/platform/a.ts', imports: './b.ts' },
  'no-unknown-module': { file: 'src/platform/unknown.ts', imports: './nowhere.ts' },
  'platform-may-not-use': { file: 'src/platform/c.ts', imports: '../accounts/index.ts' },
  'vc-may-not-use': { file: 'src/vc/a.ts', imports: '../accounts/index.ts' },
  'accounts-may-not-use': { file: 'src/accounts/a.ts', imports: '../learning/index.ts' },
  'learning-may-not-use': { file: 'src/learning/a.ts', imports: '../billing/index.ts' },
  'billing-may-not-use': { file: 'src/billing/a.ts', imports: '../learning/index.ts' },
  'privacy-may-not-use': { file: 'src/privacy/a.ts', imports: '../issuer/index.ts' },
  'notifications-may-not-use': { file: 'src/notifications/a.ts', imports: '../billing/index.ts' },
  'support-may-not-use': { file: 'src/support/a.ts', imports: '../privacy/index.ts' },
  'measurement-may-not-use': { file: 'src/measurement/a.ts', imports: '../accounts/index.ts' },
  'issuer-may-not-use': { file: 'src/issuer/a.ts', imports: '../learning/index.ts' },
  'verifier-may-not-use': { file: 'src/verifier/a.ts', imports: '../issuer/index.ts' },
  'integrations-may-not-use': { file: 'src/integrations/a.ts', imports: '../learning/index.ts' },
  'wallets-may-not-use': { file: 'src/wallets/a.ts', imports: '../learning/index.ts' },
  'showcase-may-not-use': { file: 'src/showcase/a.ts', imports: '../accounts/index.ts' },
  'desk-may-not-use': { file: 'src/desk/a.ts', imports: '../support/index.ts' },
  'web-may-not-use': { file: 'src/web/a.ts', imports: '../notifications/index.ts' },
  'front-door-only': { file: 'src/web/b.ts', imports: '../learning/inside.ts' },
  'front-door-only-root': { file: 'src/root.ts', imports: './learning/inside.ts' },
  'not-through-own-door': { file: 'src/learning/b.ts', imports: './index.ts' },
  'no-test-code-in-the-product': { file: 'src/platform/d.ts', imports: '../../test/helper.ts' },
  'proofs-start-the-product-from-outside': { file: 'demo/a.ts', imports: '../src/root.ts' },
  'mongoose-in-its-place': { file: 'src/learning/c.ts', imports: 'mongoose' },
  'stripe-in-its-place': { file: 'src/billing/b.ts', imports: 'stripe' },
  'puppeteer-in-its-place': { file: 'src/issuer/b.ts', imports: 'puppeteer' },
  'pdf-lib-in-its-place': { file: 'src/issuer/c.ts', imports: 'pdf-lib' },
  '@digitalbazaar-in-its-place': { file: 'src/issuer/d.ts', imports: '@digitalbazaar/vc' },
  'jsonld-in-its-place': { file: 'src/verifier/b.ts', imports: 'jsonld' },
  'nodemailer-in-its-place': { file: 'src/notifications/b.ts', imports: 'nodemailer' },
  'express-in-its-place': { file: 'src/learning/d.ts', imports: 'express' },
};

const modules = [
  'platform',
  'vc',
  'accounts',
  'learning',
  'billing',
  'privacy',
  'notifications',
  'support',
  'measurement',
  'issuer',
  'verifier',
  'integrations',
  'wallets',
  'showcase',
  'desk',
  'web',
];

const write = async (dir: string, file: string, text: string): Promise<void> => {
  await mkdir(dirname(join(dir, file)), { recursive: true });
  await writeFile(join(dir, file), text);
};

const buildTree = async (dir: string): Promise<void> => {
  for (const name of modules) await write(dir, `src/${name}/index.ts`, `export const ${name} = 1;\n`);
  await write(dir, 'src/learning/inside.ts', 'export const inside = 1;\n');
  await write(dir, 'src/platform/b.ts', "import './a.ts';\n");
  await write(dir, 'test/helper.ts', 'export const helper = 1;\n');
  for (const { file, imports } of Object.values(violations)) await write(dir, file, `import '${imports}';\n`);
  await copyFile(join(root, '.dependency-cruiser.cjs'), join(dir, '.dependency-cruiser.cjs'));
  await copyFile(join(root, 'tsconfig.json'), join(dir, 'tsconfig.json'));
};

const cruise = (dir: string): Promise<Violation[]> =>
  new Promise((resolve, reject) => {
    const program = join(root, 'node_modules/.bin/depcruise');
    const args = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'demo'];
    execFile(program, args, { cwd: dir, maxBuffer: 64 * 1024 * 1024 }, (error, stdout) => {
      if (stdout === '') return reject(error);
      resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
    });
  });

describe('boundary rules', () => {
  let dir: string;
  let found: Violation[];

  before(async () => {
    await mkdir(join(root, 'var'), { recursive: true });
    dir = await mkdtemp(join(root, 'var', 'boundaries-'));
    await buildTree(dir);
    found = await cruise(dir);
  });
  after(() => rm(dir, { recursive: true, force: true }));

  it('have each been given something to bite', () => {
    expect(Object.keys(violations)).to.have.members(forbidden.map(({ name }) => name));
  });

  for (const [rule, { file, imports }] of Object.entries(violations)) {
    it(`${rule} refuses ${imports} in ${file}`, () => {
      const bitten = found.filter((violation) => violation.rule.name === rule && violation.from === file);
      expect(bitten, JSON.stringify(found.filter(({ from }) => from === file))).to.not.be.empty;
    });
  }
});
