import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import type { Response, Test } from 'supertest';
import { openWorld, type World } from '../support/world.ts';
import { composed, type Program, program } from './api-world.ts';

type Json = Record<string, unknown>;
type Media = Record<string, { schema: object }>;
type Operation = { operationId: string; responses: Record<string, { content: Media }> };
type Document = { openapi: string; paths: Record<string, Record<string, Operation>>; components: object };

describe('GET /openapi.json', () => {
  let world: World;
  let campus: Program;
  let document: Document;
  const asked = new Set<string>();

  before(async () => {
    world = await openWorld();
    campus = await program(world);
    document = (await world.agent().get('/openapi.json')).body;
  });
  after(() => world.close());

  /** Holds an answer against what the document promises for its status and type. */
  const assertPromised = (path: string, method: string, response: Response): void => {
    const operation = document.paths[path]?.[method];
    const promised = operation?.responses[response.status]?.content;
    expect(promised, `${method} ${path}: ${response.status} ${response.text}`).to.be.an('object');
    const type = response.headers['content-type']?.split(';')[0] ?? '';
    const schema = promised?.[type]?.schema;
    expect(schema, `${method} ${path}: ${response.status} as ${type}`).to.be.an('object');
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const validate = ajv.compile({ ...schema, components: document.components });
    const value = JSON.parse(Buffer.isBuffer(response.body) ? response.body.toString() : response.text);
    expect(validate(value), `${path}: ${JSON.stringify(validate.errors)}`).to.equal(true);
    asked.add(`${operation?.operationId}`);
  };

  const get = async (path: string, url = path, accept = '*/*'): Promise<void> =>
    assertPromised(path, 'get', await world.agent().get(url).set('Accept', accept).buffer(true));

  const post = async (path: string, test: Test | Promise<unknown>): Promise<Response> => {
    const response = (await test) as Response;
    assertPromised(path, 'post', response);
    return response;
  };

  it('is OpenAPI 3.1, readable from anywhere', async () => {
    const { status, headers } = await world.agent().get('/openapi.json');
    expect(status).to.equal(200);
    expect(headers['access-control-allow-origin']).to.equal('*');
    expect(document.openapi).to.match(/^3\.1\./);
  });

  it('promises what the token endpoint answers', async () => {
    const form = () => world.agent().post('/oauth/token').type('form');
    await post(
      '/oauth/token',
      form().auth(campus.clientId, campus.clientSecret).send('grant_type=client_credentials'),
    );
    await post('/oauth/token', form().send('grant_type=client_credentials'));
    await post('/oauth/token', form().send('x=1'));
    await get('/.well-known/oauth-authorization-server');
  });

  it('promises what issuing and withdrawing answer', async () => {
    const credential = composed(world.modules.issuer.description(), { id: 'https://campus.example/1' });
    const issue = '/credentials/issue';
    const { body } = await post(issue, campus.issue(credential));
    await post(issue, campus.issue(credential));
    await post(issue, campus.issue({ ...credential, type: 4 }));
    await post(issue, campus.issue(credential, { mandatoryPointers: [] }));
    await post(issue, campus.issue({ ...credential, name: 'x'.repeat(200_000) }));
    await post(issue, world.agent().post(issue).send({}));
    await post(issue, campus.post(issue, 'x', { 'Content-Type': 'text/plain', Accept: 'application/json' }));
    const poor = await program(world, 'live', ['credentials:status']);
    await post(issue, poor.issue(credential));

    const status = '/credentials/status';
    await post(status, campus.setStatus('https://campus.example/1', 'revocation', true));
    await post(status, campus.setStatus('https://campus.example/1', 'revocation', false));
    await post(status, campus.setStatus('https://campus.example/2', 'revocation', true));
    await post(status, campus.post(status, {}));

    const verify = '/credentials/verify';
    const { verifiableCredential } = body as Json;
    await post(verify, world.agent().post(verify).send({ verifiableCredential }));
    await post(verify, world.agent().post(verify).send({ verifiableCredential: credential }));
    await post(verify, world.agent().post(verify).send({}));
    const present = '/presentations/verify';
    const verifiablePresentation = {
      ...{ '@context': ['https://www.w3.org/ns/credentials/v2'], type: ['VerifiablePresentation'] },
      verifiableCredential: [verifiableCredential],
    };
    await post(present, world.agent().post(present).send({ verifiablePresentation }));
    await post(present, world.agent().post(present).send({ verifiablePresentation: {} }));
    await post(
      present,
      world
        .agent()
        .post(present)
        .send({ verifiablePresentation, options: { x: 1 } }),
    );
    await get('/status/{list}', '/status/revocation-1');
    await get('/status/{list}', '/status/nothing', 'application/json');
    await get('/.well-known/did.json');
  });

  it('describes the bodies that are read, and refuses what the code refuses', async () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    const schemas = (document.components as { schemas: Record<string, object> }).schemas;
    const issue = ajv.compile({ ...schemas.IssueRequest });
    const credential = composed(world.modules.issuer.description());
    expect(issue({ credential })).to.equal(true);
    expect(issue({ credential, options: { cryptosuite: 'eddsa-rdfc-2022' } })).to.equal(true);
    expect(issue({ credential, options: { mandatoryPointers: [] } })).to.equal(false);
    expect(issue({ credential, options: { envelope: 'application/vc+jwt' } })).to.equal(true);
    expect(issue({ credential, options: { envelope: 'application/vc+cose' } })).to.equal(false);
    expect(issue({})).to.equal(false);
    const status = ajv.compile({ ...schemas.StatusRequest });
    expect(status({ credentialId: 'x', credentialStatus: { type: 'BitstringStatusListEntry' } })).to.equal(
      false,
    );
  });

  it('leaves no operation unasked', () => {
    const all = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect([...asked]).to.have.members(all);
  });
});
