import { expect } from 'chai';
import type { DomainError } from '../../src/platform/errors.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

describe('A result', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  let main: IssuerProcess;
  before(async () => {
    world = await openIssuerWorld();
    main = await world.process();
  });
  after(() => world.close());

  const held = async (identifier: string) => {
    const certificate = await main.issuer.certificate(identifier);
    if (certificate?.state !== 'valid') throw new Error('not valid');
    return certificate;
  };
  const subjectOf = async (identifier: string) =>
    (await held(identifier)).credential.credentialSubject as { result?: { value: string }[] };

  /** A certificate of a batch with a result, in the account of `ada`. */
  const withResult = async (): Promise<string> => {
    const text =
      'given name,family name,e-mail,language,awarded on,result\nAda,Lovelace,ada@example.org,en,2026-11-20,91%\n';
    const { batches } = main.issuer;
    const file = new TextEncoder().encode(text);
    const preview = await batches.preview({ file, courseId: 'protecting-personal-data', by: 'staff' });
    if (preview.outcome !== 'read') throw new Error('refused');
    const batchId = preview.batch.id;
    await batches.confirm({ batchId, by: 'staff', letters: false, includeRepeated: true });
    await batches.issue(batchId);
    await main.issuer.claimCertificates('ada', 'ada@example.org');
    return (await batches.entries(batchId))[0]?.identifier ?? '';
  };

  it('is put in and taken out by its holder: the same number and status, a new signature, a new sheet', async () => {
    const identifier = await withResult();
    const first = await held(identifier);
    await main.issuer.rendition(identifier, 'png');
    await main.issuer.showResult({ identifier, accountId: 'ada', show: true });
    const shown = await held(identifier);
    expect((await subjectOf(identifier)).result?.[0]).to.deep.include({ type: ['Result'], value: '91' });
    expect(shown.credential.id).to.equal(first.credential.id);
    expect(shown.credential.credentialStatus).to.deep.equal(first.credential.credentialStatus);
    expect((await main.verifier.verify(shown.credential)).verdict).to.equal('verified');
    expect((await main.verifier.verify(first.credential)).verdict).to.equal('verified');
    expect(await world.count('renditions', { certificate: identifier })).to.equal(0);
    await main.issuer.showResult({ identifier, accountId: 'ada', show: true });
    expect((await held(identifier)).credential).to.deep.equal(shown.credential);
    await main.issuer.showResult({ identifier, accountId: 'ada', show: false });
    expect((await subjectOf(identifier)).result).to.equal(undefined);
    expect((await main.verifier.verify((await held(identifier)).credential)).verdict).to.equal('verified');
  });

  it('is nobody else’s to show, is not there for every certificate, and ends with the certificate', async () => {
    const identifier = await withResult();
    const code = (choice: { identifier: string; accountId: string }) =>
      main.issuer.showResult({ ...choice, show: true }).catch((error: DomainError) => error.code);
    expect(await code({ identifier, accountId: 'eve' })).to.equal('not-found');
    const plain = await main.issuer.issueCertificate('plain');
    const accountId = plain?.state === 'valid' ? (plain.accountId ?? '') : '';
    expect(await code({ identifier: plain?.identifier ?? '', accountId })).to.equal('no-result-to-show');
    await main.issuer.revoke({ identifier, by: 'staff', reason: 'fraud' });
    expect(await code({ identifier, accountId: 'ada' })).to.equal('no-result-to-show');
  });

  it('settles on one credential when two choices are made at once', async () => {
    const identifier = await withResult();
    await Promise.all([
      main.issuer.showResult({ identifier, accountId: 'ada', show: true }),
      main.issuer.showResult({ identifier, accountId: 'ada', show: false }),
      main.issuer.showResult({ identifier, accountId: 'ada', show: true }),
    ]);
    expect((await main.verifier.verify((await held(identifier)).credential)).verdict).to.equal('verified');
  });
});
