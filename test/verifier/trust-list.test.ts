import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type ListedIssuer, readTrustList } from '../../src/verifier/index.ts';
import { reportView } from '../../src/web/pages/verify-view.ts';
import { translations } from '../support/pages.ts';
import { signAs, strangerDid, verifierWith, withoutStatus } from './verifier-world.ts';

const listed: ListedIssuer = {
  did: strangerDid,
  name: 'University of Elsewhere',
  from: '2026-01-01',
  note: { en: 'Key compared by telephone.', fr: 'Clé comparée par téléphone.' },
};

describe('The trust list', () => {
  const verify = async (issuers: readonly ListedIssuer[], changes: object = {}) =>
    verifierWith({}, undefined, issuers).verify(
      await signAs('stranger', withoutStatus({ issuer: strangerDid, ...changes })),
    );

  it('says whose signature it is, and never that we issued it', async () => {
    const report = await verify([listed]);
    expect(report.verdict).to.equal('verified_other_issuer');
    expect(report.checks.find(({ name }) => name === 'issuer')).to.include({
      outcome: 'passed',
      reason: 'listed-issuer',
    });
    const view = reportView(report, undefined, translations.words('fr'), [listed]);
    expect(view.title).to.equal('Authentique, mais pas délivré par nous');
    expect(view.sentence).to.include('University of Elsewhere');
    expect(view.listed).to.deep.include({ name: listed.name, note: listed.note.fr });
  });

  it('says nothing for a time that it does not vouch for: neither of issue nor of today', async () => {
    const over = { ...listed, until: '2026-10-31' };
    const later = { ...listed, from: '2026-11-22' };
    for (const issuers of [[over], [later]]) {
      const report = await verify(issuers, { validFrom: '2026-05-01T00:00:00Z' });
      expect(report.verdict).to.equal('verified_other_issuer');
      expect(report.checks.find(({ name }) => name === 'issuer')).to.include({
        outcome: 'could-not-tell',
        reason: 'listed-at-another-time',
      });
    }
  });

  it('stops the start when it is not as it should be', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'list-'));
    const file = join(dir, 'trusted-issuers.json');
    const read = async (issuers: unknown) => {
      await writeFile(file, JSON.stringify({ issuers }));
      return readTrustList(file);
    };
    expect(await read([listed])).to.deep.equal([listed]);
    const wrong = [
      [listed, listed],
      [{ ...listed, until: '2025-12-31' }],
      [{ ...listed, did: 'https://elsewhere.example' }],
      [{ ...listed, note: { en: 'only one language' } }],
      [{ ...listed, rating: 5 }],
    ];
    for (const issuers of wrong) {
      const refused = await read(issuers).catch(() => 'refused');
      expect(refused, JSON.stringify(issuers)).to.equal('refused');
    }
    await rm(dir, { recursive: true });
    expect(() => readTrustList(file)).to.throw();
  });
});
