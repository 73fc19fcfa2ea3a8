import { gzipSync } from 'node:zlib';
import { expect } from 'chai';
import type { JsonObject } from '../../src/vc/index.ts';
import type { Report } from '../../src/verifier/index.ts';
import { badge, issuer, sign } from '../vc/sample.ts';
import {
  listUrl,
  now,
  ownIndex,
  signAs,
  statusList,
  strangerDid,
  verifierWith,
  withoutStatus,
} from './verifier-world.ts';

const check = ({ checks }: Report, wanted: string) => checks.find(({ name }) => name === wanted);
const reasons = ({ checks }: Report): string[] => checks.map(({ name, reason }) => `${name}: ${reason}`);

describe('Verifying a credential', () => {
  let credential: JsonObject;
  let list: JsonObject;
  before(async () => {
    credential = await sign();
    list = await sign(statusList());
  });

  it('answers every check in order, with the age of the list, and shows what was signed', async () => {
    const report = await verifierWith({ [listUrl]: list }).verify(credential);
    expect(report.verdict).to.equal('verified');
    expect(reasons(report)).to.deep.equal([
      'format: credential',
      'signature: signature-valid',
      'issuer: issued-by-us',
      'status: not-withdrawn',
      'dates: within-dates',
    ]);
    expect(check(report, 'status')?.evidence).to.deep.equal({
      list: listUrl,
      publishedAt: '2026-11-23T13:00:00Z',
      ageSeconds: 3790,
    });
    expect(report.facts).to.include({ holderName: 'Zoé Šťastná-Παπαδοπούλου', issuerId: issuer });
    expect(report.checkedAt).to.deep.equal(now);
  });

  it('is not valid as soon as the bit is set, whatever else is fine', async () => {
    const revoked = await sign(statusList({ set: [ownIndex] }));
    const revocation = { at: now, reason: 'fraud' };
    const asked: string[] = [];
    const verifier = verifierWith({ [listUrl]: revoked }, async (id) => {
      asked.push(id);
      return { revocation };
    });
    const report = await verifier.verify(credential);
    expect(report.verdict).to.equal('not_valid');
    expect(check(report, 'status')).to.include({ outcome: 'failed', reason: 'revoked' });
    expect(report.revocation).to.deep.equal(revocation);
    expect(asked).to.deep.equal([credential.id]);
    const neighbours = await sign(statusList({ set: [ownIndex - 1, ownIndex + 1] }));
    expect((await verifierWith({ [listUrl]: neighbours }).verify(credential)).verdict).to.equal('verified');
  });

  it('is never green when the list cannot be believed', async () => {
    const tampered = {
      ...list,
      credentialSubject: (await sign(statusList({ set: [5] }))).credentialSubject,
    };
    const noDate = { validFrom: undefined, validUntil: undefined } as unknown as JsonObject;
    const faults: [string, unknown][] = [
      ['list-unreachable', undefined],
      ['list-unreachable', 'not json'],
      ['list-malformed', { hello: 'world' }],
      ['list-malformed', await sign(badge({ id: listUrl }))],
      ['list-of-another-address', await sign(statusList({ changes: { id: `${listUrl}0` } }))],
      ['list-of-another-issuer', await signAs('stranger', statusList({ changes: { issuer: strangerDid } }))],
      ['list-for-another-purpose', await sign(statusList({ purpose: 'message' }))],
      ['list-not-authentic', tampered],
      ['list-not-authentic', statusList()],
      ['list-stale', await sign(statusList({ changes: { validUntil: now.toISOString() } }))],
      [
        'list-stale',
        await sign(
          statusList({ changes: { validFrom: '2026-11-23T15:00:00Z', validUntil: '2026-11-24T15:00:00Z' } }),
        ),
      ],
      ['list-undated', await sign(JSON.parse(JSON.stringify(statusList({ changes: noDate }))))],
      ['list-too-short', await sign(withList(encoded(1000)))],
      ['list-malformed', await sign(withList('u%%'))],
    ];
    for (const [reason, published] of faults) {
      const documents = published === undefined ? {} : { [listUrl]: published };
      const report = await verifierWith(documents).verify(credential);
      expect(check(report, 'status'), reason).to.include({ outcome: 'could-not-tell', reason });
      expect(report.verdict, reason).to.equal('could_not_check');
    }
  });

  it('doubts an index beyond the list, an unknown kind of status, and too many of them', async () => {
    const verifier = verifierWith({ [listUrl]: list });
    const status = badge().credentialStatus as JsonObject;
    const doubts: [string, unknown][] = [
      ['index-out-of-range', { ...status, statusListIndex: '131072' }],
      ['status-size-not-known', { ...status, statusSize: 2 }],
      ['too-many-entries', Array.from({ length: 9 }, () => status)],
    ];
    for (const [reason, credentialStatus] of doubts) {
      const signed = await sign(badge({ credentialStatus }));
      const report = await verifier.verify(signed);
      expect(check(report, 'status')?.reason).to.equal(reason);
      expect(report.verdict).to.equal('could_not_check');
    }
  });

  it('reads what one list says for several purposes, and passes over what says nothing about validity', async () => {
    const status = badge().credentialStatus as JsonObject;
    const entry = (changes: JsonObject) =>
      JSON.parse(JSON.stringify({ ...status, id: undefined, ...changes }));
    const shared = statusList({ set: [ownIndex] });
    const subject = {
      ...(shared.credentialSubject as JsonObject),
      statusPurpose: ['revocation', 'suspension'],
    };
    const verifier = verifierWith({ [listUrl]: await sign({ ...shared, credentialSubject: subject }) });
    const message = entry({
      statusPurpose: 'message',
      statusSize: 2,
      statusMessage: ['0x0', '0x1', '0x2', '0x3'].map((one) => ({ status: one, message: one })),
    });
    const cases: [string, JsonObject[]][] = [
      ['suspended', [entry({ statusPurpose: 'suspension' })]],
      ['revoked', [entry({ statusPurpose: 'suspension' }), entry({})]],
      ['revoked', [entry({ statusListIndex: '1' }), entry({}), message]],
      ['not-withdrawn', [message, entry({ statusListIndex: '1' }), entry({ statusListIndex: '2' })]],
      ['index-out-of-range', [entry({ statusListIndex: '131072' }), entry({ statusListIndex: '1' })]],
    ];
    for (const [reason, credentialStatus] of cases) {
      const report = await verifier.verify(await sign(badge({ credentialStatus })));
      expect(check(report, 'status')?.reason, JSON.stringify(reasons(report))).to.equal(reason);
      expect(report.verdict === 'verified', reason).to.equal(reason === 'not-withdrawn');
    }
  });

  it('lets bad news of one list outweigh good news of another', async () => {
    const status = badge().credentialStatus as JsonObject;
    const secondUrl = 'https://certificates.example/status/2';
    const both = await sign(
      badge({
        credentialStatus: [
          status,
          { ...status, id: undefined, statusPurpose: 'suspension', statusListCredential: secondUrl },
        ].map((entry) => JSON.parse(JSON.stringify(entry)) as JsonObject),
      }),
    );
    const second = await sign(
      statusList({ set: [ownIndex], purpose: 'suspension', changes: { id: secondUrl } }),
    );
    const suspended = await verifierWith({ [listUrl]: list, [secondUrl]: second }).verify(both);
    expect(suspended.verdict).to.equal('verified_not_current');
    expect(check(suspended, 'status')?.reason).to.equal('suspended');
    const revoked = await sign(statusList({ set: [ownIndex] }));
    expect((await verifierWith({ [listUrl]: revoked }).verify(both)).verdict).to.equal('not_valid');
  });

  it('knows when it is too late and when it is too early', async () => {
    const verifier = verifierWith({ [listUrl]: list });
    const verdictOf = async (changes: JsonObject): Promise<[string, string | undefined]> => {
      const report = await verifier.verify(await sign(badge(changes)));
      return [report.verdict, check(report, 'dates')?.reason];
    };
    expect(await verdictOf({ validUntil: '2026-11-23T14:03:10Z' })).to.deep.equal([
      'verified_not_current',
      'expired',
    ]);
    expect(await verdictOf({ validUntil: '2026-11-23T14:03:11Z' })).to.deep.equal([
      'verified',
      'within-dates',
    ]);
    expect(await verdictOf({ validFrom: '2026-11-23T14:03:11Z' })).to.deep.equal([
      'verified_not_current',
      'not-yet-valid',
    ]);
    expect(
      await verdictOf({ validFrom: '12026-11-23T14:03:11Z', validUntil: '12027-11-23T14:03:11Z' }),
    ).to.deep.equal(['could_not_check', 'dates-unreadable']);
  });

  it('says of a stranger’s true signature that it is a stranger’s, even under our name', async () => {
    const forged = withoutStatus({
      issuer: { id: strangerDid, type: ['Profile'], name: 'JINFO Certification' },
    });
    const report = await verifierWith({}).verify(await signAs('stranger', forged));
    expect(report.verdict).to.equal('verified_other_issuer');
    expect(check(report, 'issuer')).to.include({ outcome: 'could-not-tell', reason: 'issuer-not-known' });
  });

  it('shows nothing of a credential in which any single thing was changed', async () => {
    const verifier = verifierWith({ [listUrl]: list });
    const leaves = (value: unknown, path: (string | number)[] = []): (string | number)[][] =>
      typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, part]) => leaves(part, [...path, key]))
        : [path];
    const { proof: _proof, '@context': _context, ...content } = credential;
    const paths = leaves(content);
    expect(paths.length).to.be.greaterThan(18);
    for (const path of paths) {
      const changed = structuredClone(credential);
      let parent: Record<string | number, unknown> = changed;
      for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
      const last = path.at(-1) ?? '';
      parent[last] = changedText(String(parent[last]));
      const report = await verifier.verify(changed);
      expect(['not_authentic', 'unsupported_format'], path.join('.')).to.include(report.verdict);
      expect(report.facts, path.join('.')).to.equal(undefined);
      expect(JSON.stringify(report), path.join('.')).not.to.include('Zoé');
    }
  });

  it('does not take a document of ours without a place on a list for a certificate', async () => {
    const verifier = verifierWith({ [listUrl]: list });
    const { credentialStatus: _status, ...stripped } = credential;
    expect((await verifier.verify(stripped)).verdict).to.equal('not_authentic');
    for (const document of [await sign(withoutStatus()), list]) {
      const report = await verifier.verify(document);
      expect(check(report, 'status')).to.include({ outcome: 'could-not-tell', reason: 'entry-missing' });
      expect(report.verdict).to.equal('could_not_check');
    }
  });

  it('lets nobody move, add or hide a member under a signature that still holds', async () => {
    const verifier = verifierWith({ [listUrl]: list });
    const { credentialStatus, ...rest } = credential;
    const withProto = (member: string, own: JsonObject) =>
      `{"__proto__":${member},${JSON.stringify(own).slice(1)}`;
    const subject = credential.credentialSubject as JsonObject;
    const inside = JSON.parse(withProto('{"name":"Somebody else"}', subject)) as JsonObject;
    for (const document of [
      withProto(JSON.stringify({ credentialStatus }), rest),
      withProto('{"a":1}', credential),
      withProto('null', credential),
      { ...credential, credentialSubject: inside },
    ]) {
      const report = await verifier.verify(document);
      expect(report.verdict).to.equal('not_authentic');
      expect(report.facts).to.equal(undefined);
    }
    for (const name of [[null, subject.name], [[subject.name]], [{ '@value': subject.name }]]) {
      const report = await verifier.verify({ ...credential, credentialSubject: { ...subject, name } });
      if (report.facts) expect(report.facts.holderName).to.equal(subject.name);
      else expect(report.verdict).not.to.equal('verified');
    }
  });

  it('repeats no word of a proof that does not hold', async () => {
    const proof = (credential.proof as JsonObject[]).map((one) => ({
      ...one,
      cryptosuite: 'Buy at evil.example',
    }));
    const changed = { ...credential, name: 'Another', proof };
    const report = await verifierWith({}).verify(changed);
    expect(report.verdict).not.to.equal('verified');
    expect(JSON.stringify(report)).not.to.match(/evil|2026-03-01/);
  });

  it('refuses what is no credential with the reason, and never throws', async () => {
    const verifier = verifierWith({});
    const cases: [string, unknown][] = [
      ['not-json', '{"half":'],
      ['not-an-object', '[1,2]'],
      ['not-an-object', 'null'],
      ['not-an-object', undefined],
      ['not-a-credential', {}],
      ['too-large', `"${'x'.repeat(1_000_001)}"`],
      ['too-deep', JSON.parse(`${'['.repeat(80)}${']'.repeat(80)}`)],
      ['broken-characters', { name: '\ud800' }],
    ];
    for (const [reason, input] of cases) {
      const report = await verifier.verify(input);
      expect(report.verdict, reason).to.equal('unsupported_format');
      expect(check(report, 'format')?.reason).to.equal(reason);
      expect(report.checks.slice(1).every((one) => one.reason === 'not-reached')).to.equal(true);
    }
    const unsigned = await verifier.verify(badge());
    expect(unsigned.verdict).to.equal('not_authentic');
    expect(check(unsigned, 'signature')?.reason).to.equal('no-proof');
  });
});

const withList = (encodedList: string): JsonObject => {
  const subject = statusList().credentialSubject as JsonObject;
  return statusList({ changes: { credentialSubject: { ...subject, encodedList } } });
};

/** Multibase base64url of a packed list of that many bytes (Bitstring Status List 1.0, 3.3). */
const encoded = (bytes: number): string => `u${gzipSync(Buffer.alloc(bytes)).toString('base64url')}`;

const changedText = (text: string): string => (/^\d+$/.test(text) ? String(Number(text) + 1) : `${text}x`);
