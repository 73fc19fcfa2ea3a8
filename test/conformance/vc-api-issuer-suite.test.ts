import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { composedV1, type Program, program } from '../integrations/api-world.ts';
import { expectStatus } from '../support/client.ts';
import { openWorld, type World } from '../support/world.ts';

type Json = Record<string, unknown>;
type Entry = {
  id: string;
  type: string;
  statusPurpose: string;
  statusListIndex: string;
  statusListCredential: string;
};
type List = Json & { credentialSubject: { type: string; statusPurpose: string; encodedList: string } };

const wrongFor: readonly [string, readonly unknown[]][] = [
  ['@context', [undefined, null, true, 4, 'text', {}, [], [false], [4], [{}], [[]]]],
  ['type', [undefined, null, true, 4, {}, [], [null], [true], [4], [{}], [[]]]],
  ['issuer', [undefined, null, true, 4, [], {}]],
  ['credentialSubject', [undefined, null, true, 4, 'text', []]],
  ['issuanceDate', [undefined, null, true, 4, 'yesterday', {}, []]],
];

describe('public suites for issuers', () => {
  let world: World;
  let campus: Program;
  let did: string;

  before(async () => {
    world = await openWorld();
    campus = await program(world);
    did = world.modules.issuer.description();
  });
  after(() => world.close());

  const issued = async (options?: Json): Promise<Json> => {
    const { status, body } = await campus.issue(composedV1(did, { id: `urn:uuid:${randomUUID()}` }), options);
    expect(status, JSON.stringify(body)).to.equal(201);
    return (body as never as { verifiableCredential: Json }).verifiableCredential;
  };

  describe('CCG vc-api-issuer-test-suite', () => {
    it('answers 201 with the credential, its id a string, and a proof', async () => {
      const credential = await issued();
      expect(credential.proof).to.be.an('object');
      const { proof: _proof, credentialStatus: _status, '@context': contexts, id, ...rest } = credential;
      const { '@context': given, id: _id, ...sent } = composedV1(did);
      expect(rest).to.deep.equal(sent);
      expect((contexts as Json[])[0]).to.equal((given as Json[])[0]);
      expect(id).to.match(/^urn:uuid:/);
    });

    it('refuses a body without credential, or with one that is no object', async () => {
      for (const body of [
        {},
        { credential: null },
        { credential: 4 },
        { credential: 'text' },
        { credential: [] },
      ])
        expect((await campus.post('/credentials/issue', body)).status, JSON.stringify(body)).to.be.oneOf([
          400, 422,
        ]);
    });

    for (const [member, values] of wrongFor) {
      it(`refuses a credential whose ${member} is missing or of a wrong type`, async () => {
        for (const value of values) {
          const { status, body } = await campus.issue(composedV1(did, { [member]: value }));
          expect(status, `${member}: ${JSON.stringify(value)}`).to.equal(422);
          const [fault] = (body as never as { errors: { pointer: string }[] }).errors;
          expect(fault?.pointer).to.match(new RegExp(`^/credential/${member}`));
        }
      });
    }
  });

  describe('W3C vc-bitstring-status-list-test-suite', () => {
    for (const statusPurpose of ['revocation', 'suspension']) {
      describe(statusPurpose, () => {
        let credential: Json;
        let entry: Entry;
        let list: List;
        const listOf = async (): Promise<List> => {
          const { pathname } = new URL(entry.statusListCredential);
          return expectStatus(await world.visitor().get(pathname, { accept: 'application/vc' })).json<List>();
        };
        const bit = async (): Promise<number> => {
          const { encodedList } = (await listOf()).credentialSubject;
          const bytes = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
          const index = Number(entry.statusListIndex);
          return ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
        };

        before(async () => {
          credential = await issued({
            credentialStatus: [{ type: 'BitstringStatusListEntry', statusPurpose }],
          });
          entry = credential.credentialStatus as Entry;
          list = await listOf();
        });

        it('the entry has its type, purpose, an index written as a text, and the URL of its list', () => {
          expect(entry).to.include({ type: 'BitstringStatusListEntry', statusPurpose });
          expect(entry.statusListIndex).to.match(/^(0|[1-9]\d*)$/);
          expect(URL.canParse(entry.statusListCredential)).to.equal(true);
          expect(entry.id).not.to.equal(entry.statusListCredential);
        });

        it('the list is a signed credential of the same issuer under its own URL', async () => {
          expect(list.type).to.include.members(['VerifiableCredential', 'BitstringStatusListCredential']);
          expect(list.id).to.equal(entry.statusListCredential);
          expect(list.issuer).to.equal(did);
          const { status, body } = await world
            .agent()
            .post('/credentials/verify')
            .send({ verifiableCredential: list, options: { checks: ['proof'] } });
          expect([status, body.verified]).to.deep.equal([200, true]);
        });

        it('says its purpose once, and a bitstring in multibase base64url, GZIP, of at least 16 KB', () => {
          const { type, statusPurpose: purpose, encodedList } = list.credentialSubject;
          expect([type, purpose]).to.deep.equal(['BitstringStatusList', statusPurpose]);
          expect(encodedList).to.match(/^u[\w-]+$/);
          const bytes = gunzipSync(Buffer.from(encodedList.slice(1), 'base64url'));
          expect(bytes.length).to.be.at.least(16 * 1024);
          expect(Number(entry.statusListIndex)).to.be.below(bytes.length * 8);
        });

        it('turns exactly its bit, counted from the left, and the verdict with it', async () => {
          const verify = async () =>
            (await world.agent().post('/credentials/verify').send({ verifiableCredential: credential })).body;
          expect(await bit()).to.equal(0);
          expect((await verify()).verified).to.equal(true);
          expect((await campus.setStatus(credential.id, statusPurpose, true)).status).to.equal(200);
          expect(await bit()).to.equal(1);
          expect((await verify()).verified).to.equal(false);
          const final = statusPurpose === 'revocation';
          const { status } = await campus.setStatus(credential.id, statusPurpose, false);
          expect(status).to.equal(final ? 409 : 200);
          expect(await bit()).to.equal(final ? 1 : 0);
          expect((await verify()).verified).to.equal(!final);
        });
      });
    }
  });
});
