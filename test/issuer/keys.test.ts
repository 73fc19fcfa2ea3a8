import { chmod, copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import { isPublicOrigin, issuerDid } from '../../src/issuer/issuer-identity.ts';
import { systemRandom } from '../../src/platform/random.ts';
import { generateKeyPair } from '../../src/vc/index.ts';
import { type IssuerProcess, type IssuerWorld, openIssuerWorld } from './issuer-world.ts';

describe('The issuer’s key', function () {
  this.timeout(60_000);
  let world: IssuerWorld;
  beforeEach(async () => {
    world = await openIssuerWorld();
  });
  afterEach(() => world.close());

  const fileIn = (dir: string): string => `${dir}/issuer-key.json`;
  const keyFile = (): string => fileIn(`${world.dir}/keys`);

  /** Verifying goes on, issuing says why not. */
  const expectStopped = async ({ issuer, verifier }: IssuerProcess, why: RegExp, credential?: string) => {
    expect(issuer.problem()).to.match(why);
    const failure = await issuer.issueCertificate('later').catch((error) => error.code);
    expect(failure).to.equal('issuing-unavailable');
    if (credential) expect((await verifier.verify(credential)).verdict).to.equal('verified');
  };

  const issueOne = async ({ issuer }: IssuerProcess): Promise<string> => {
    const certificate = await issuer.issueCertificate('first');
    return Buffer.from(await issuer.credentialFile(certificate?.identifier ?? '')).toString('utf8');
  };

  it('is made at the first start, readable by its owner alone, and found at the second', async () => {
    const first = await world.process();
    expect(first.issuer.problem()).to.equal(undefined);
    expect((await stat(keyFile())).mode & 0o777).to.equal(0o600);
    expect((await stat(`${world.dir}/keys`)).mode & 0o777).to.equal(0o700);
    const second = await world.process();
    expect(second.issuer.description()).to.equal(first.issuer.description());
  });

  it('is one, when several processes start at once', async () => {
    const processes = await Promise.all([1, 2, 3, 4].map(() => world.process()));
    const states = processes.map(({ issuer }) => issuer.problem() ?? 'ready');
    expect(states).to.deep.equal(['ready', 'ready', 'ready', 'ready']);
    expect(
      new Set(await Promise.all(processes.map(({ issuer }) => issuer.ownDids())).then(String)).size,
    ).to.be.greaterThan(0);
    expect(await world.count('issuer_keys')).to.equal(1);
  });

  it('when lost, stops issuing and nothing else, and a late certificate follows its return', async () => {
    const credential = await issueOne(await world.process());
    const kept = await readFile(keyFile());
    await rm(keyFile());
    await expectStopped(await world.process(), /there is no issuer key/, credential);
    expect((await stat(keyFile()).catch(() => undefined))?.size).to.equal(undefined);
    await writeFile(keyFile(), kept, { mode: 0o600 });
    const back = await world.process();
    expect((await back.issuer.issueCertificate('later'))?.state).to.equal('valid');
    expect(await world.count('certificates', { enrolmentId: 'later' })).to.equal(1);
  });

  it('of somebody else is not silently taken up as a new issuer', async () => {
    const credential = await issueOne(await world.process());
    const stranger = generateKeyPair({ random: systemRandom, created: world.clock.now() });
    await writeFile(keyFile(), JSON.stringify(stranger), { mode: 0o600 });
    await expectStopped(await world.process(), /but this service issues with z6Mk/, credential);
    expect(await world.count('issuer_keys')).to.equal(1);
  });

  it('that others can read, or that is damaged, is refused with the reason', async () => {
    await world.process();
    await chmod(keyFile(), 0o644);
    await expectStopped(await world.process(), /chmod 600/);
    await writeFile(keyFile(), '{"half":', { mode: 0o600 });
    await chmod(keyFile(), 0o600);
    await expectStopped(await world.process(), /cannot be read as JSON/);
  });

  it('of the published sample signs in development and stops a start in production', async () => {
    const keysDir = `${world.dir}/sample`;
    await mkdir(keysDir);
    await copyFile('keys.example/issuer-key.json', fileIn(keysDir));
    await chmod(fileIn(keysDir), 0o600);
    const refused = await world.process({ keysDir, production: true }).catch((error) => error.message);
    expect(refused).to.match(/ISSUER_KEYS_DIR: .* is the published sample/);
    expect(await world.count('issuer_keys')).to.equal(0);
    expect((await world.process({ keysDir })).issuer.problem()).to.equal(undefined);
  });

  it('is not made in a folder that holds other files: the right one may have another name', async () => {
    const keysDir = `${world.dir}/full`;
    await mkdir(keysDir);
    await writeFile(`${keysDir}/issuer-key.json.bak`, '{}');
    await expectStopped(await world.process({ keysDir }), /there is no issuer key/);
  });

  it('never leaves the process by way of a message or a document', async () => {
    const process = await world.process();
    const { secretKeyMultibase } = JSON.parse(await readFile(keyFile(), 'utf8')) as {
      secretKeyMultibase: string;
    };
    expect(secretKeyMultibase).to.match(/^z/);
    const seen = [
      process.issuer.description(),
      JSON.stringify(
        await process.issuer.publicDocument('https://certificates.example/.well-known/did.json'),
      ),
      await issueOne(process),
    ].join();
    expect(seen).not.to.include(secretKeyMultibase);
  });

  it('speaks as did:web only where everybody can fetch its document', () => {
    const key = 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK';
    expect(issuerDid('https://certificates.example.org', key)).to.equal('did:web:certificates.example.org');
    expect(issuerDid('https://certificates.example.org:8443', key)).to.equal(
      'did:web:certificates.example.org%3A8443',
    );
    for (const inside of [
      'http://certificates.example.org',
      'https://localhost:3000',
      'https://192.168.1.4',
      'https://[::1]:3000',
      'https://box.local',
      'https://intranet',
      'https://certificates.example',
    ]) {
      expect(isPublicOrigin(inside), inside).to.equal(false);
      expect(issuerDid(inside, key)).to.equal(`did:key:${key}`);
    }
  });

  it('goes on verifying and listing what was issued before the service moved to another address', async () => {
    const before = await world.process({ baseUrl: 'https://old.certificates.org' });
    const credential = await issueOne(before);
    expect(before.issuer.description()).to.equal('did:web:old.certificates.org');
    const after = await world.process({ baseUrl: 'https://new.certificates.org' });
    expect((await after.verifier.verify(credential)).verdict).to.equal('verified');
    const { identifier } = (await after.issuer.certificateOfEnrolment('first')) ?? { identifier: '' };
    await after.issuer.revoke({ identifier, by: 'staff', reason: 'issued-in-error' });
    expect((await after.verifier.verify(credential)).verdict).to.equal('not_valid');
    const next = await after.issuer.issueCertificate('second');
    expect(next?.state === 'valid' && next.credential.issuer).to.include({
      id: 'did:web:new.certificates.org',
    });
    await after.issuer.refreshStatusLists();
  });
});
