import { readdir, rm, stat } from 'node:fs/promises';
import { expect } from 'chai';
import type { DomainError } from '../../src/platform/errors.ts';
import type { JsonObject } from '../../src/vc/index.ts';
import type { Report } from '../../src/verifier/index.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

const codeOf = (error: DomainError): string => error.code;
const signatureOf = ({ checks }: Report) => checks.find(({ name }) => name === 'signature');

type Method = { id: string; expires?: string; revoked?: string };

/** Both kinds of issuer: one with a DID document that has a history, and one whose key is its name. */
for (const baseUrl of ['https://certificates.example', 'http://localhost:8080']) {
  describe(`The issuer’s keys over time, at ${baseUrl}`, function () {
    this.timeout(60_000);
    let world: IssuerWorld;
    let main: IssuerProcess;
    let other: IssuerProcess;
    before(async () => {
      world = await openIssuerWorld();
      main = await world.process({ baseUrl });
      other = await world.process({ baseUrl });
    });
    after(() => world.close());

    const issue = async ({ issuer }: IssuerProcess, enrolmentId: string) => {
      const certificate = await issuer.issueCertificate(enrolmentId);
      if (certificate?.state !== 'valid') throw new Error('not issued');
      return certificate;
    };
    const keyOf = ({ proof }: JsonObject): string =>
      String((proof as JsonObject[])[0]?.verificationMethod).split('#')[1] ?? '';
    const verdicts = (credential: JsonObject): Promise<string[]> =>
      Promise.all([main, other].map(async ({ verifier }) => (await verifier.verify(credential)).verdict));
    const document = async (process = main) =>
      (await process.issuer.publicDocument(
        `${baseUrl.replace(/^http:/, 'https:')}/.well-known/did.json`,
      )) as { verificationMethod: Method[]; assertionMethod: string[]; authentication: string[] };

    let first: Awaited<ReturnType<typeof issue>>;
    let second: Awaited<ReturnType<typeof issue>>;
    let lateByFirst: JsonObject;

    it('announces the next key before it signs, in a file of its own that nobody else can read', async () => {
      first = await issue(main, 'first');
      expect((await main.issuer.keys.rotate('admin').catch(codeOf)) as unknown).to.equal('no-next-key');
      const next = await main.issuer.keys.prepareNext();
      expect(next).to.include({ state: 'next' });
      expect(await main.issuer.keys.prepareNext(), 'asked again').to.deep.equal(next);
      const file = `${world.dir}/keys/${next.publicKeyMultibase}.json`;
      expect((await stat(file)).mode & 0o777).to.equal(0o600);
      const { assertionMethod, authentication } = await document();
      expect(assertionMethod.map((id) => id.split('#')[1])).to.deep.equal([
        keyOf(first.credential),
        next.publicKeyMultibase,
      ]);
      expect(authentication).to.have.length(1);
    });

    it('puts it to use in every process within seconds, and nothing fails in between', async () => {
      world.clock.advance({ minutes: 1 });
      await other.issuer.keyHistory();
      const active = await main.issuer.keys.rotate('admin');
      expect(active.state).to.equal('active');
      // This one has read the register a moment ago and has not heard of it yet.
      const late = await issue(other, 'late');
      lateByFirst = late.credential;
      expect(keyOf(lateByFirst)).to.equal(keyOf(first.credential));
      second = await issue(main, 'second');
      expect(keyOf(second.credential)).to.equal(active.publicKeyMultibase);
      for (const { credential } of [first, late, second]) {
        expect((await main.verifier.verify(credential)).verdict).to.equal('verified');
      }
      world.clock.advance({ minutes: 1 });
      expect(keyOf((await issue(other, 'followed')).credential)).to.equal(active.publicKeyMultibase);
    });

    it('keeps what the former key signed in time, also when its secret half is gone', async () => {
      world.clock.advance({ minutes: 10 });
      await rm(`${world.dir}/keys/issuer-key.json`);
      const restarted = await world.process({ baseUrl });
      expect(restarted.issuer.problem()).to.equal(undefined);
      for (const credential of [first.credential, lateByFirst, second.credential]) {
        expect(await verdicts(credential)).to.deep.equal(['verified', 'verified']);
      }
      const [former, active] = (await document()).verificationMethod;
      expect(former?.expires).to.equal('2026-11-23T14:09:10.000Z');
      expect(active).not.to.have.property('expires');
    });

    it('signs the lists with the key in use, and what was suspended under the former one is still told', async () => {
      await main.issuer.suspend({ identifier: first.identifier, by: 'staff', reason: 'enquiry' });
      expect(await verdicts(first.credential)).to.deep.equal([
        'verified_not_current',
        'verified_not_current',
      ]);
      await other.issuer.liftSuspension({ identifier: first.identifier, by: 'staff' });
      expect(await verdicts(first.credential)).to.deep.equal(['verified', 'verified']);
      for (const { list } of first.status) {
        const published = (await main.issuer.publicDocument(`${baseUrl}/status/${list}`)) ?? {};
        expect(keyOf(published)).to.equal(keyOf(second.credential));
      }
    });

    it('does not report a key that still signs, nor one that is not ours', async () => {
      const { compromise } = main.issuer.keys;
      expect((await compromise(keyOf(second.credential), 'admin').catch(codeOf)) as unknown).to.equal(
        'key-still-active',
      );
      expect((await compromise('z6MkNobody', 'admin').catch(codeOf)) as unknown).to.equal('not-found');
    });

    it('tells a compromised key from a bad signature, with the date, and shows nothing of the content', async () => {
      const revoked = await issue(main, 'revoked-before');
      await main.issuer.revoke({ identifier: revoked.identifier, by: 'staff', reason: 'fraud' });
      await main.issuer.keys.compromise(keyOf(first.credential), 'admin');
      const at = world.clock.now().toISOString();
      world.clock.advance({ minutes: 1 });
      for (const { verifier } of [main, other]) {
        const report = await verifier.verify(first.credential);
        expect(report.verdict).to.equal('not_authentic');
        expect(report.facts).to.equal(undefined);
        expect(signatureOf(report)).to.deep.include({ outcome: 'failed', reason: 'key-compromised' });
        expect(signatureOf(report)?.evidence.since).to.equal(at);
      }
      expect(await verdicts(second.credential)).to.deep.equal(['verified', 'verified']);
      const { verificationMethod, assertionMethod } = await document(other);
      expect(verificationMethod[0]?.revoked).to.equal(at);
      expect(assertionMethod.join()).not.to.include(keyOf(first.credential));
    });

    it('signs anew what it had signed: same number, same places, another signature, and each holder is told once', async () => {
      const key = keyOf(first.credential);
      const events = await main.events();
      expect(events.map(({ name }) => name)).to.include.members([
        'IssuerKeyActivated',
        'IssuerKeyCompromised',
      ]);
      expect(await main.issuer.reissueProgress(key)).to.deep.equal({ reissued: 0, remaining: 2 });
      await main.issuer.rendition(first.identifier, 'png');
      await Promise.all([main, other].map(({ issuer }) => issuer.beginReissue(key)));
      await Promise.all([main.runJobs(), other.runJobs()]);
      expect(await main.issuer.reissueProgress(key)).to.deep.equal({ reissued: 2, remaining: 0 });
      const anew = await main.issuer.certificate(first.identifier);
      if (anew?.state !== 'valid') throw new Error(`${anew?.state}`);
      expect(keyOf(anew.credential)).to.equal(keyOf(second.credential));
      expect(anew.credential.credentialStatus).to.deep.equal(first.credential.credentialStatus);
      expect(anew.credential.credentialSubject).to.deep.equal(first.credential.credentialSubject);
      expect(anew.credential.id).to.equal(first.credential.id);
      expect(await verdicts(anew.credential)).to.deep.equal(['verified', 'verified']);
      expect(await verdicts(first.credential), 'the old file').to.deep.equal([
        'not_authentic',
        'not_authentic',
      ]);
      const told = [...(await main.events()), ...(await other.events())];
      expect(told.filter(({ name }) => name === 'CertificateReissued')).to.have.length(2);
      await main.issuer.rendition(first.identifier, 'png');
      expect(await world.count('renditions', { certificate: first.identifier }), 'drawn anew').to.equal(2);
    });

    it('stops issuing when the next key is only in the register', async () => {
      const next = await main.issuer.keys.prepareNext();
      await rm(`${world.dir}/keys/${next.publicKeyMultibase}.json`);
      expect((await main.issuer.keys.rotate('admin').catch(codeOf)) as unknown).to.equal('key-file-unusable');
      expect((await issue(main, 'goes-on')).state).to.equal('valid');
      expect((await readdir(`${world.dir}/keys`)).filter((name) => name.endsWith('.tmp'))).to.deep.equal([]);
    });
  });
}
