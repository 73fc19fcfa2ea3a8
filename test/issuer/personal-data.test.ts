import { expect } from 'chai';
import type { DomainError } from '../../src/platform/errors.ts';
import { fakePrinter, type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

describe('Personal data on certificates', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  before(async () => {
    world = await openIssuerWorld();
  });
  after(() => world.close());

  const issued = async ({ issuer }: IssuerProcess, enrolmentId: string) => {
    const certificate = await issuer.issueCertificate(enrolmentId);
    if (certificate?.state !== 'valid') throw new Error('not issued');
    const { accountId = '' } = certificate;
    return { ...certificate, accountId };
  };
  const codeOf = (error: DomainError): string => error.code;

  it('once erased name nobody anywhere, while the file in the holder’s hands still verifies', async () => {
    const process = await world.process();
    const { issuer, verifier } = process;
    const { identifier, accountId, credential } = await issued(process, 'erased');
    await issuer.rendition(identifier, 'png');
    expect(await issuer.personalData.planErasure(accountId)).to.have.length(1);
    await issuer.personalData.erase(accountId);
    const record = await issuer.publicRecord(identifier);
    expect(record).to.include({ kind: 'redacted', achievementName: 'Protecting personal data' });
    const left = JSON.stringify([record, await issuer.certificate(identifier)]);
    expect(left).not.to.match(/Zoé|Šťastná|account-of/);
    expect(await world.count('renditions', { certificate: identifier })).to.equal(0);
    expect(await issuer.rendition(identifier, 'png').catch(codeOf)).to.equal('not-found');
    expect(await issuer.credentialFile(identifier).catch(codeOf)).to.equal('not-found');
    const report = await verifier.verify(credential);
    expect(report.verdict).to.equal('verified');
    expect(report.facts?.holderName).to.equal('Zoé Šťastná');
    expect(await issuer.personalData.erase(accountId)).to.deep.equal([]);
    expect(await issuer.issueCertificate('erased')).to.include({ state: 'redacted' });
  });

  it('that were erased while a sheet was being drawn leave no drawing behind', async () => {
    const plain = await world.process();
    const { identifier, accountId } = await issued(plain, 'drawn');
    const drawing = await world.process({
      printer: fakePrinter(async () => {
        await plain.issuer.personalData.erase(accountId);
      }),
    });
    expect(await drawing.issuer.rendition(identifier, 'png').catch(codeOf)).to.equal('not-found');
    expect(await world.count('renditions', { certificate: identifier })).to.equal(0);
  });

  it('are drawn once: two downloads at the same moment get the same bytes', async () => {
    let drawings = 0;
    const printer = fakePrinter();
    const counting = {
      ...printer,
      sheet: () => {
        const draw = async (): Promise<Uint8Array> => {
          drawings += 1;
          return new Uint8Array([drawings]);
        };
        return { pdf: draw, png: draw };
      },
    };
    const process = await world.process({ printer: counting });
    const { identifier } = await issued(process, 'twice');
    const [one, two] = await Promise.all([
      process.issuer.rendition(identifier, 'png'),
      process.issuer.rendition(identifier, 'png'),
    ]);
    expect(one).to.deep.equal(two);
    expect(await process.issuer.rendition(identifier, 'png')).to.deep.equal(one);
  });

  it('are exported with the signed files, without the staff member who withdrew', async () => {
    const process = await world.process({ nameOf: async () => 'Wei 王' });
    const { issuer } = process;
    const { identifier, accountId } = await issued(process, 'exported');
    expect(issuer.canDraw(await issued(process, 'exported'))).to.equal(false);
    expect(await issuer.rendition(identifier, 'pdf').catch(codeOf)).to.equal('name-not-drawable');
    await issuer.revoke({ identifier, by: 'staff-7', reason: 'fraud', note: 'Seen copying.' });
    const exported = JSON.stringify(await issuer.personalData.export(accountId));
    expect(exported).to.include('Wei 王').and.to.include('Seen copying.').and.not.to.include('staff-7');
    const paths: string[] = [];
    for await (const { path } of issuer.personalData.exportFiles?.(accountId) ?? []) paths.push(path);
    expect(paths).to.deep.equal([`certificates/${identifier}.json`]);
  });
});
