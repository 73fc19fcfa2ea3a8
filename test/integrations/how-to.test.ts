import { readFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Response } from 'supertest';
import { openWorld, type World } from '../support/world.ts';

/** Splits a line as a shell does: quotes of both kinds, variables outside single quotes. */
const words = (line: string, variables: Readonly<Record<string, string>>): string[] =>
  (line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? []).map((word) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"|([^'"]+)/g, (_all, single, double, bare) =>
      single === undefined
        ? String(double ?? bare).replaceAll(/\$(\w+)/g, (_name, name) => variables[name] ?? '')
        : single,
    ),
  );

describe('docs/how-to/issue-by-api.md', () => {
  let world: World;
  let lines: string[];
  const variables: Record<string, string> = { BASE_URL: '' };

  before(async () => {
    world = await openWorld();
    const text = await readFile(new URL('../../docs/how-to/issue-by-api.md', import.meta.url), 'utf8');
    lines = [...text.matchAll(/```sh\n(.*?)\n```/gs)].map(([, line]) => line ?? '');
    const { clientId, clientSecret } = await world.modules.integrations.clients.create({
      ...{ name: 'Campus', mode: 'test', scopes: ['credentials:issue', 'credentials:status'], by: 'zoe' },
    });
    variables.CLIENT_ID = clientId;
    variables.CLIENT_SECRET = clientSecret;
    variables.DID = world.modules.issuer.issuing.test.did();
  });
  after(() => world.close());

  /** Does what the line does. */
  const run = async (line: string): Promise<Response> => {
    const [curl, ...rest] = words(line, variables);
    expect(curl).to.equal('curl');
    const of = (flag: string): string[] => rest.flatMap((word, i) => (rest[i - 1] === flag ? [word] : []));
    const asked = world.agent().post(String(rest.at(-1)));
    for (const header of of('-H')) asked.set(...(header.split(': ', 2) as [string, string]));
    const [user = ''] = of('-u');
    if (user) asked.set('Authorization', `Basic ${Buffer.from(user).toString('base64')}`).type('form');
    return asked.send(of('-d')[0] ?? '');
  };

  it('has lines that work, one after the other', async () => {
    expect(lines).to.have.length(4);
    const [token, issue, status, verify] = lines as [string, string, string, string];
    const granted = await run(token);
    expect(granted.status).to.equal(200);
    variables.TOKEN = granted.body.access_token;
    const issued = await run(issue);
    expect(issued.status, issued.text).to.equal(201);
    variables.CREDENTIAL = JSON.stringify(issued.body.verifiableCredential);
    expect((await run(issue)).body).to.deep.equal(issued.body);
    expect((await run(verify)).body.verdict).to.equal('test');
    expect((await run(status)).status).to.equal(200);
    expect((await run(verify)).body.verdict).to.equal('not_valid');
  });
});
