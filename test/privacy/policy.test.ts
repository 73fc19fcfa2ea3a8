import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { renderMarkdown } from '../../src/platform/markdown.ts';
import { fillIn, policyAt, readPolicyVersions } from '../../src/privacy/policy.ts';
import { failure } from './tools.ts';

const facts = { operator: 'A & B_C <Ltd>', address: '1 *street*', email: 'dpo_office@example.org' };

describe('The privacy policy', () => {
  let dir = '';
  const version = (number: string, effectiveOn: string) => ({
    version: number,
    effectiveOn,
    changes: { en: 'Something.', fr: 'Quelque chose.' },
  });
  const write = (name: string, text: string) => writeFile(join(dir, name), text);

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'policy-'));
    await write(
      'versions.json',
      JSON.stringify([version('1.0', '2026-01-01'), version('2.0', '2027-01-01')]),
    );
    for (const name of ['1.0.en.md', '1.0.fr.md', '2.0.en.md', '2.0.fr.md'])
      await write(name, `Text ${name}`);
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('refuses a version that lacks a language', async () => {
    await rm(join(dir, '2.0.fr.md'));
    expect(String(await failure(readPolicyVersions(dir)))).to.include('2.0.fr.md');
  });

  it('is in force from its date on and not a moment before', async () => {
    const versions = await readPolicyVersions(dir);
    expect(policyAt(versions, new Date('2025-12-31T23:59:59.999Z'))).to.equal(undefined);
    expect(policyAt(versions, new Date('2026-12-31T23:59:59.999Z'))?.version).to.equal('1.0');
    expect(policyAt(versions, new Date('2027-01-01T00:00:00Z'))?.version).to.equal('2.0');
  });

  it('has another fingerprint as soon as one language changes', async () => {
    const [before] = await readPolicyVersions(dir);
    await write('2.0.fr.md', 'Texte modifié');
    const [after] = await readPolicyVersions(dir);
    expect(after?.hash)
      .to.match(/^[0-9a-f]{64}$/)
      .and.not.equal(before?.hash);
  });

  it('prints the operator as written, and makes neither emphasis nor markup of it', () => {
    const html = renderMarkdown(
      fillIn('By {{operator}}, {{address}}, [{{email}}](mailto:{{email}}).', facts),
    );
    expect(html).to.include('A &amp; B_C &lt;Ltd&gt;').and.include('1 *street*');
    expect(html).to.include('<a href="mailto:dpo_office@example.org">dpo_office@example.org</a>');
  });

  it('refuses a placeholder that nobody fills', () => {
    expect(() => fillIn('By {{operater}}', facts)).to.throw('operater');
    expect(() => fillIn('By {{constructor}}', facts)).to.throw('constructor');
  });

  it('lets no script, style or foreign scheme out of its Markdown', () => {
    const html = renderMarkdown('<script>x</script> [a](javascript:alert(1)) ![i](https://e.example/i.png)');
    expect(html).not.to.match(/<script|href="javascript|<img/);
  });
});
