import { expect } from 'chai';
import { openWorld, type World } from '../support/world.ts';
import { composed, composedV1, type Program, program } from './api-world.ts';

type Json = Record<string, unknown>;

const sri = 'sha384-S57yQDg1MTzF56Oi9DbSQ14u7jBy0RDdx0YbeV7shwhCS88G8SCXeFq82PafhCrW';
const picture = { id: 'https://campus.example/picture', digestSRI: sri };

describe('POST /credentials/issue', () => {
  let world: World;
  let campus: Program;
  let did: string;

  before(async () => {
    world = await openWorld();
    campus = await program(world);
    did = world.modules.issuer.description();
  });
  after(() => world.close());

  const verify = async (verifiableCredential: unknown) =>
    (await world.agent().post('/credentials/verify').send({ verifiableCredential })).body;

  const records = () => world.modules.platform.database.connection.collection('issued_credentials');

  it('answers 201 with a signed credential that verifies, with one proof, one entry and an id', async () => {
    const { status, body, headers } = await campus.issue(composed(did));
    expect(status).to.equal(201);
    expect(Object.keys(body)).to.deep.equal(['verifiableCredential']);
    const { verifiableCredential: issued } = body as never as { verifiableCredential: Json };
    expect(issued.id).to.match(/^urn:uuid:/);
    expect(issued.proof).to.include({ type: 'DataIntegrityProof', cryptosuite: 'eddsa-rdfc-2022' });
    expect(issued.credentialStatus).to.include({
      type: 'BitstringStatusListEntry',
      statusPurpose: 'revocation',
    });
    expect(await verify(issued)).to.include({ verified: true, verdict: 'verified' });
    expect(headers['cache-control']).to.equal('no-store');
    expect(headers).not.to.have.property('set-cookie');
    expect(headers['x-request-id']).to.be.a('string');
  });

  it('takes VCDM 1.1 as the public suite sends it', async () => {
    const { status, body } = await campus.issue(composedV1(did));
    expect(status, JSON.stringify(body)).to.equal(201);
    const { verifiableCredential: issued } = body as never as { verifiableCredential: Json };
    expect(issued.id).to.equal('urn:uuid:86294362-4254-4f36-854f-3952fe42555d');
    expect(await verify(issued)).to.include({ verified: true, verdict: 'verified' });
  });

  it('keeps an issuer that is an object, and dates in the future', async () => {
    const issuer = { id: did, type: ['Profile'], name: 'Campus' };
    const { status, body } = await campus.issue(composed(did, { issuer, validFrom: '2030-01-01T00:00:00Z' }));
    expect(status).to.equal(201);
    const { verifiableCredential: issued } = body as never as { verifiableCredential: Json };
    expect(issued.issuer).to.deep.equal(issuer);
    expect(await verify(issued)).to.include({ verified: false, verdict: 'verified_not_current' });
  });

  it('adds the proofs and entries that the options choose, in their order', async () => {
    const { body } = await campus.issue(composed(did), {
      type: ['Ed25519Signature2020', 'DataIntegrityProof'],
      credentialStatus: [
        { type: 'BitstringStatusListEntry', statusPurpose: 'suspension' },
        { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' },
      ],
    });
    const { verifiableCredential: issued } = body as never as {
      verifiableCredential: { [k: string]: Json[] };
    };
    expect(issued.proof?.map(({ type }) => type)).to.deep.equal([
      'Ed25519Signature2020',
      'DataIntegrityProof',
    ]);
    expect(issued.credentialStatus?.map(({ statusPurpose }) => statusPurpose)).to.deep.equal([
      'suspension',
      'revocation',
    ]);
    expect(await verify(issued)).to.include({ verdict: 'verified' });
    const suites = { cryptosuite: ['eddsa-jcs-2022', 'eddsa-rdfc-2022'] };
    const { verifiableCredential: two } = (await campus.issue(composed(did), suites)).body as never as {
      verifiableCredential: { proof: Json[] };
    };
    expect(two.proof.map(({ cryptosuite }) => cryptosuite)).to.deep.equal(suites.cryptosuite);
    expect(await verify(two)).to.include({ verdict: 'verified' });
    const single = await campus.issue(composed(did), { type: 'Ed25519Signature2020' });
    const { verifiableCredential: one } = single.body as never as { verifiableCredential: Json };
    expect(one.proof).to.include({ type: 'Ed25519Signature2020' });
  });

  describe('asked for an envelope', () => {
    const envelope = { envelope: 'application/vc+jwt' };
    const tokenIn = ({ verifiableCredential }: Json): string =>
      String((verifiableCredential as Json).id).slice('data:application/vc+jwt,'.length);
    const read = (token: string, part: 0 | 1): Json =>
      JSON.parse(Buffer.from(token.split('.')[part] ?? '', 'base64url').toString('utf8'));

    it('answers a compact JWS with key, issuer, entries and id, and nothing signed but in it', async () => {
      const { status, body } = await campus.issue(composed(did), {
        ...envelope,
        credentialStatus: [{ type: 'BitstringStatusListEntry', statusPurpose: 'suspension' }],
      });
      expect(status, JSON.stringify(body)).to.equal(201);
      const { verifiableCredential: issued } = body as never as { verifiableCredential: Json };
      expect(issued).to.deep.include({
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        type: 'EnvelopedVerifiableCredential',
      });
      const token = tokenIn(body as never);
      expect(read(token, 0)).to.include({ alg: 'EdDSA', typ: 'vc+jwt', cty: 'vc', iss: did });
      expect(read(token, 0).kid).to.match(new RegExp(`^${did}#z`));
      const { iss, id, credentialStatus, ...payload } = read(token, 1);
      expect(iss).to.equal(did);
      expect(id).to.match(/^urn:uuid:/);
      expect(credentialStatus).to.include({ statusPurpose: 'suspension' });
      expect(payload).to.deep.equal(composed(did));
      for (const brought of [issued, token])
        expect(await verify(brought)).to.include({ verified: true, verdict: 'verified' });
      const [head, , signature] = token.split('.');
      const changed = { ...read(token, 1), name: 'Brain surgery' };
      const forged = [head, Buffer.from(JSON.stringify(changed)).toString('base64url'), signature].join('.');
      expect(await verify(forged)).to.include({ verified: false, verdict: 'not_authentic' });
    });

    it('is journalled, repeated, withdrawn and tried out like every other form', async () => {
      const credential = composed(did, { id: 'https://campus.example/enveloped' });
      const key = { 'Idempotency-Key': 'enveloped' };
      const first = await campus.issue(credential, envelope, key);
      world.clock.advance({ minutes: 3 });
      expect((await campus.issue(credential, envelope, key)).body).to.deep.equal(first.body);
      expect((await campus.issue(credential, undefined, key)).status).to.equal(422);
      expect(await records().findOne({ credentialId: credential.id as string })).to.include({
        state: 'issued',
      });
      expect((await campus.setStatus(credential.id, 'revocation', true)).status).to.equal(200);
      expect(await verify(tokenIn(first.body as never))).to.include({ verdict: 'not_valid' });
      const trial = await program(world, 'test');
      const { body } = await trial.issue(composed(world.modules.issuer.issuing.test.did()), envelope);
      expect(await verify(tokenIn(body as never))).to.include({ verdict: 'test' });
    });

    it('is refused beside proofs, of another kind, and for what it cannot hold', async () => {
      const cases: [Json, Json, number, string][] = [
        [composed(did), { ...envelope, type: 'DataIntegrityProof' }, 400, '/options/type'],
        [composed(did), { ...envelope, cryptosuite: 'eddsa-rdfc-2022' }, 400, '/options/cryptosuite'],
        [composed(did), { envelope: 'application/vc+cose' }, 400, '/options/envelope'],
        [composed(did), { envelope: true }, 400, '/options/envelope'],
        [composedV1(did), envelope, 422, '/credential/@context/0'],
        [composed(did, { iss: 'did:example:other' }), envelope, 422, '/credential/iss'],
        [composed(did, { cnf: {} }), envelope, 422, '/credential/cnf'],
        [composed(did, { vc: {} }), envelope, 422, '/credential/vc'],
      ];
      for (const [credential, options, expected, pointer] of cases) {
        const { status, body } = await campus.issue(credential, options);
        expect([
          status,
          (body as never as { errors: { pointer: string }[] }).errors[0]?.pointer,
        ]).to.deep.equal([expected, pointer]);
      }
      const undefinedTerm = await campus.issue(composed(did, { shoeSize: 43 }), envelope);
      expect(undefinedTerm.status).to.equal(422);
      expect((undefinedTerm.body as never as Json).type).to.equal('/problems/undefined-terms');
    });
  });

  it('refuses options that it does not know with the problem of VCALM', async () => {
    const entry = { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' };
    const unknown: Json[] = [
      { mandatoryPointers: ['/issuer'] },
      { challenge: 'x' },
      { type: 'JsonWebSignature2020' },
      { type: [] },
      { cryptosuite: 'bbs-2023' },
      { cryptosuite: ['eddsa-rdfc-2022', 'eddsa-rdfc-2022'] },
      { type: 'Ed25519Signature2020', cryptosuite: 'eddsa-rdfc-2022' },
      { credentialStatus: [] },
      { credentialStatus: [entry, entry] },
      { credentialStatus: [{ ...entry, statusPurpose: 'message' }] },
      { credentialStatus: [{ ...entry, statusListIndex: '1' }] },
      { credentialStatus: entry },
      { credentialId: 7 },
    ];
    for (const options of unknown) {
      const { status, body } = await campus.issue(composed(did), options);
      expect(status, JSON.stringify(options)).to.equal(400);
      const { type, errors } = body as never as { type: string; errors: { pointer: string }[] };
      expect(type).to.equal('https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED');
      expect(errors[0]?.pointer).to.match(/^\/options\//);
    }
  });

  it('keeps schema, refresh service, terms of use and related resources as they are given', async () => {
    const parts = {
      credentialSchema: [{ id: 'https://campus.example/badge.json', type: 'JsonSchema' }],
      refreshService: { id: 'https://campus.example/refresh', type: 'https://campus.example/Refresh' },
      termsOfUse: [{ type: 'https://campus.example/Terms' }],
      relatedResource: [picture],
    };
    const { status, body } = await campus.issue(composed(did, parts));
    expect(status, JSON.stringify(body)).to.equal(201);
    const { verifiableCredential: issued } = body as never as { verifiableCredential: Json };
    expect(issued).to.deep.include(parts);
    const { verdict, checks } = await verify(issued);
    expect(verdict).to.equal('verified');
    expect(checks[0].reason).to.equal('schema-not-checked');
  });

  it('refuses each member that is missing or of the wrong kind, and says which', async () => {
    const wrong: [string, unknown[]][] = [
      [
        '@context',
        [undefined, null, 4, 'https://www.w3.org/ns/credentials/v2', [], [4], ['https://example.org'], {}],
      ],
      ['type', [undefined, null, 4, [], [4], {}, ['OpenBadgeCredential']]],
      ['issuer', [undefined, null, 4, [], {}, { id: null }, 'not a url']],
      ['credentialSubject', [undefined, null, 4, 'x', [], {}, [{}]]],
      ['id', [null, 4, [], 'not a url']],
      ['validFrom', [4, 'yesterday', '2026-11-01']],
      ['validUntil', ['2020-01-01T00:00:00Z']],
      ['name', [4]],
      ['evidence', [{ id: 'https://campus.example/1' }]],
      ['credentialSchema', [{ id: 'https://campus.example/1' }, { type: 'JsonSchema' }]],
      ['refreshService', [{ id: 'https://campus.example/1' }]],
      ['termsOfUse', [{}, 'https://campus.example/terms', [{ type: [] }]]],
      [
        'relatedResource',
        [
          ['https://campus.example/picture'],
          [{ id: 'https://campus.example/picture' }],
          [{ digestSRI: sri }],
          [{ id: 'https://campus.example/picture', digestSRI: 'sha384-x' }],
          [{ id: 'https://www.w3.org/ns/credentials/v2', digestSRI: sri }],
          [picture, picture],
        ],
      ],
    ];
    for (const [member, values] of wrong) {
      for (const value of values) {
        const { status, body } = await campus.issue({ ...composed(did), [member]: value });
        expect(status, `${member}: ${JSON.stringify(value)}`).to.equal(422);
        const { errors } = body as never as { errors: { pointer: string }[] };
        expect(
          errors.some(({ pointer }) => pointer.startsWith(`/credential/${member}`)),
          member,
        ).to.equal(true);
      }
    }
    for (const credential of [null, 4, 'text', [], [composed(did)]]) {
      expect((await campus.issue(credential)).status).to.equal(422);
    }
    for (const body of [
      {},
      { credentials: 1 },
      { credential: composed(did), more: 1 },
      { credential: composed(did), options: 4 },
      [],
    ]) {
      const { status, headers } = await campus.post('/credentials/issue', body);
      expect(status, JSON.stringify(body)).to.be.oneOf([400, 422]);
      expect(headers['content-type']).to.match(/^application\/problem\+json/);
    }
  });

  it('signs in no other name', async () => {
    for (const issuer of ['did:web:university.example', { id: 'https://university.example' }, `${did}#key`]) {
      const { status, body } = await campus.issue(composed(did, { issuer }));
      expect(status).to.equal(422);
      const problem = body as never as { type: string; detail: string };
      expect(problem.type).to.equal('/problems/issuer-not-ours');
      expect(problem.detail).to.include(did);
    }
  });

  it('lets nobody bring a proof or a status along', async () => {
    const { body } = await campus.issue(composed(did));
    const { verifiableCredential: issued } = body as never as { verifiableCredential: Json };
    const { status, body: refusal } = await campus.issue(issued);
    expect(status).to.equal(422);
    const { errors } = refusal as never as { errors: { code: string }[] };
    expect(errors.map(({ code }) => code)).to.have.members(['proof-is-ours', 'status-is-ours']);
  });

  it('lets nothing pass as a document of its own', async () => {
    const subject = composed(did).credentialSubject as Json;
    const achievement = subject.achievement as Json;
    const ours = [
      { id: `${world.baseUrl}/v/ABCD` },
      { id: 'HTTP://Certificates.Example:80/v/ABCD' },
      { id: `${world.baseUrl}/status/revocation-9` },
      { credentialSubject: { ...subject, id: `${world.baseUrl}/people/1` } },
      {
        credentialSubject: {
          ...subject,
          achievement: { ...achievement, id: `${world.baseUrl}/achievements/x/1` },
        },
      },
      { type: ['VerifiableCredential', 'BitstringStatusListCredential'] },
      { credentialSubject: { ...subject, type: ['AchievementSubject', 'BitstringStatusList'] } },
    ];
    for (const change of ours) {
      const { status, body } = await campus.issue(composed(did, change));
      expect(status, JSON.stringify(change)).to.equal(422);
      const { errors } = body as never as { errors: { code: string }[] };
      expect(errors[0]?.code).to.be.oneOf(['reserved-address', 'reserved-type']);
    }
  });

  it('refuses what a signature could not cover, or others would read differently', async () => {
    const cases: [Json, string][] = [
      [{ shoeSize: 43 }, 'undefined-terms'],
      [{ type: ['VerifiableCredential', 'ShoeCredential'] }, 'undefined-terms'],
      [
        { '@context': ['https://www.w3.org/ns/credentials/v2', 'https://elsewhere.example/context'] },
        'context-not-shipped',
      ],
      [
        {
          '@context': ['https://www.w3.org/ns/credentials/v2', { name: 'https://schema.org/alternateName' }],
        },
        'invalid-input',
      ],
      [{ 'schema:name': 'x' }, 'invalid-input'],
    ];
    for (const [change, code] of cases) {
      const { status, body } = await campus.issue(composed(did, change));
      expect(status, JSON.stringify(change)).to.equal(422);
      expect((body as never as Json).type).to.equal(`/problems/${code}`);
    }
    const text = JSON.stringify({ credential: composed(did) }).replace(
      '"issuer"',
      '"__proto__":{"a":1},"issuer"',
    );
    const hidden = await campus.post('/credentials/issue', text, { 'Content-Type': 'application/json' });
    expect(hidden.status).to.equal(422);
  });

  it('signs a tab in every form but the one that older wallets read, where it says which member', async () => {
    const tab = composed(did, { name: 'Welding\tand more' });
    const { status, body } = await campus.issue(tab, {
      type: ['DataIntegrityProof', 'Ed25519Signature2020'],
    });
    expect(status).to.equal(422);
    expect((body as never as Json).type).to.equal('/problems/unportable-characters');
    const [fault] = (body as never as { errors: { pointer: string; message: string }[] }).errors;
    expect(fault?.pointer).to.equal('/credential/name');
    expect(fault?.message).to.include('tabs');
    for (const options of [undefined, { envelope: 'application/vc+jwt' }, { cryptosuite: 'eddsa-jcs-2022' }])
      expect((await campus.issue(tab, options)).status).to.equal(201);
  });

  it('refuses what is too large, too deep or has too many parts, at once', async () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 200; level += 1) deep = [deep];
    const parts = Array.from({ length: 300 }, () => ({ type: ['Evidence'], narrative: 'x' }));
    const started = performance.now();
    for (const change of [{ name: 'x'.repeat(200_000) }, { evidence: deep }, { evidence: parts }]) {
      const { status } = await campus.issue(composed(did, change));
      expect(status).to.equal(413);
    }
    expect((await campus.issue({ ...composed(did), name: 'x'.repeat(2_000_000) })).status).to.equal(413);
    expect(performance.now() - started).to.be.below(4000);
  });

  it('reads JSON and nothing else', async () => {
    const token = await campus.token();
    const asked = () => world.agent().post('/credentials/issue').set('Authorization', `Bearer ${token}`);
    expect((await asked().type('text/plain').set('Accept', 'application/json').send('x')).status).to.equal(
      415,
    );
    expect((await asked().type('json').send('{"credential":')).status).to.equal(400);
    expect((await asked()).status).to.equal(415);
  });

  it('stores nothing of a request that was refused, and nothing of the content of one that was not', async () => {
    const before = await records().countDocuments();
    await campus.issue(composed(did, { shoeSize: 43, id: 'https://campus.example/refused' }));
    expect(await records().countDocuments()).to.equal(before);
    await campus.issue(composed(did, { id: 'https://campus.example/kept' }));
    const kept = await records().findOne({ credentialId: 'https://campus.example/kept' });
    expect(kept).to.include({ clientId: campus.clientId, mode: 'live', state: 'issued' });
    expect(JSON.stringify(kept)).not.to.match(/Lefèvre|Welding/);
  });

  describe('asked twice', () => {
    it('refuses an id that the client has used, and lets another client use it', async () => {
      const credential = composed(did, { id: 'https://campus.example/credentials/1' });
      expect((await campus.issue(credential)).status).to.equal(201);
      const { status, body } = await campus.issue(credential);
      expect(status).to.equal(409);
      expect((body as never as Json).type).to.equal('/problems/credential-id-taken');
      expect((await (await program(world)).issue(credential)).status).to.equal(201);
    });

    it('gives the same answer to the same request with the same key, with an id or without', async () => {
      for (const change of [{}, { id: 'https://campus.example/credentials/2' }]) {
        const key = { 'Idempotency-Key': `key-${JSON.stringify(change).length}` };
        const first = await campus.issue(composed(did, change), undefined, key);
        world.clock.advance({ minutes: 3 });
        const second = await campus.issue(composed(did, change), undefined, key);
        expect([first.status, second.status]).to.deep.equal([201, 201]);
        expect(second.body).to.deep.equal(first.body);
      }
    });

    it('gives one answer to many at once', async () => {
      const key = { 'Idempotency-Key': 'at-once' };
      const answers = await Promise.all([1, 2, 3, 4].map(() => campus.issue(composed(did), undefined, key)));
      expect(answers.map(({ status }) => status)).to.deep.equal([201, 201, 201, 201]);
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).to.equal(1);

      const credential = composed(did, { id: 'https://campus.example/credentials/at-once' });
      const racers = await Promise.all([1, 2, 3, 4].map(() => campus.issue(credential)));
      expect(racers.map(({ status }) => status).sort()).to.deep.equal([201, 409, 409, 409]);
    });

    it('refuses a key that stood for something else', async () => {
      const key = { 'Idempotency-Key': 'mine' };
      await campus.issue(composed(did), undefined, key);
      for (const credential of [
        composed(did, { name: 'Other' }),
        composed(did, { id: 'https://campus.example/3' }),
      ]) {
        const { status, body } = await campus.issue(credential, undefined, key);
        expect([status, (body as never as Json).type]).to.deep.equal([
          422,
          '/problems/idempotency-key-reused',
        ]);
      }
      const { status } = await campus.issue(composed(did), undefined, { 'Idempotency-Key': 'a b' });
      expect(status).to.equal(422);
    });

    it('finishes what was cut off after the id was taken', async () => {
      const credentialId = 'https://campus.example/credentials/cut';
      await records().insertOne({
        _id: 'cut' as never,
        ...{ clientId: campus.clientId, mode: 'live', credentialId, state: 'reserved', changes: 0 },
        reservedAt: world.clock.now(),
      });
      const { status } = await campus.issue(composed(did, { id: credentialId }));
      expect(status).to.equal(201);
      expect(await records().findOne({ credentialId })).to.include({ _id: 'cut', state: 'issued' });
    });
  });

  it('knows a credential without id by the name that the client gives it', async () => {
    const options = { credentialId: 'booking 17' };
    const { status, body } = await campus.issue(composed(did), options);
    expect(status).to.equal(201);
    expect((body as never as { verifiableCredential: Json }).verifiableCredential).not.to.have.property('id');
    expect((await campus.issue(composed(did), options)).status).to.equal(409);
    expect((await campus.setStatus('booking 17', 'revocation', true)).status).to.equal(200);
    expect((await campus.issue(composed(did, { id: 'https://campus.example/4' }), options)).status).to.equal(
      422,
    );
  });
});
