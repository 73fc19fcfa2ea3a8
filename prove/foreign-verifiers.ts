import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Client, expectStatus } from '../test/support/client.ts';
import { createInstallation, type Installation } from '../test/support/instance.ts';
import type { Proof } from './proof.ts';

type Form = 'eddsa-rdfc-2022' | 'Ed25519Signature2020' | 'eddsa-jcs-2022' | 'vc+jwt';
type Credential = Record<string, unknown> & { credentialSubject: Record<string, unknown> };
type Task = { do: 'verify' | 'issue'; form: Form; credential: unknown };
type Answer = { verified?: boolean; credential?: unknown; why?: string };

/** Who of the others reads and writes which form. `independent-jcs` is the standard's text on parts of two other hands. */
const teams: Readonly<Record<string, readonly Form[]>> = {
  'digital-bazaar': ['eddsa-rdfc-2022', 'Ed25519Signature2020', 'eddsa-jcs-2022'],
  'digital-credentials': ['eddsa-rdfc-2022', 'Ed25519Signature2020'],
  'independent-jcs': ['eddsa-jcs-2022'],
  jose: ['vc+jwt'],
  'did-jwt': ['vc+jwt'],
};

const options: Readonly<Record<Form, object>> = {
  'eddsa-rdfc-2022': { cryptosuite: 'eddsa-rdfc-2022' },
  'eddsa-jcs-2022': { cryptosuite: 'eddsa-jcs-2022' },
  Ed25519Signature2020: { type: 'Ed25519Signature2020' },
  'vc+jwt': { envelope: 'application/vc+jwt' },
};

const contexts = {
  badge: 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  base: 'https://www.w3.org/ns/credentials/v2',
  suite: 'https://w3id.org/security/suites/ed25519-2020/v1',
} as const;

/** A badge as another issuer might write it, with letters of several scripts. */
const badge = (form: Form): Credential => ({
  '@context': [contexts.base, contexts.badge, ...(form === 'Ed25519Signature2020' ? [contexts.suite] : [])],
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  name: 'Welding — soudure “à l’arc”',
  validFrom: '2026-01-15T08:00:00Z',
  credentialSubject: {
    type: ['AchievementSubject'],
    name: 'Zoé Šťastná, Ζωή 😀',
    achievement: {
      id: 'https://campus.example/achievements/welding',
      type: ['Achievement'],
      name: 'Welding',
      description: 'Joins steel.\n"Safely", with \\ in it.',
      criteria: { narrative: 'Passed the workshop test.' },
    },
  },
});

/** Everything that somebody might change to pass with another's credential. */
const tampered: Readonly<Record<string, (credential: Credential) => void>> = {
  holder: ({ credentialSubject }) => {
    credentialSubject.name = 'Somebody Else';
  },
  achievement: ({ credentialSubject }) => {
    (credentialSubject.achievement as Record<string, unknown>).name = 'Brain surgery';
  },
  date: (credential) => {
    credential.validFrom = '2020-01-01T00:00:00Z';
  },
  'a claim more': (credential) => {
    credential.description = 'With distinction';
  },
};

/** For a token: the words under the signature; for a document: the document. */
const changedBy = (change: (credential: Credential) => void, form: Form, original: unknown): unknown => {
  if (form !== 'vc+jwt') {
    const copy = structuredClone(original) as Credential;
    change(copy);
    return copy;
  }
  const [header, payload = '', signature] = String(original).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as Credential;
  change(claims);
  return [header, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
};

const ask = (team: string, tasks: readonly Task[]): Promise<Answer[]> =>
  new Promise((resolve, reject) => {
    const program = fileURLToPath(new URL(`foreign/${team}.mjs`, import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(output) as Answer[]) : reject(new Error(`${team} ended with ${code}`)),
    );
    child.stdin.end(JSON.stringify(tasks));
  });

type ApiClient = { clientId: string; clientSecret: string; issuer: string };

const commands = fileURLToPath(new URL('../src/client.ts', import.meta.url));
const create = ['create', '--name', 'Campus', '--scopes', 'credentials:issue', '--json'];

const tokenOf = async (client: Client, { clientId, clientSecret }: ApiClient): Promise<string> => {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  });
  const type = 'application/x-www-form-urlencoded';
  const reply = await client.request('/oauth/token', { method: 'POST', type, body: body.toString() });
  return expectStatus(reply).json<{ access_token: string }>().access_token;
};

/** The client of the tests sends no header of its own: a program would. */
const post = async (address: string, body: object, token?: string): Promise<Response> =>
  fetch(address, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });

const issueHere = async (installation: Installation, client: Client): Promise<Map<Form, unknown>> => {
  const made = await installation.run<ApiClient>(commands, create);
  const token = await tokenOf(client, made);
  const issued = new Map<Form, unknown>();
  for (const [form, chosen] of Object.entries(options) as [Form, object][]) {
    const credential = { ...badge(form), issuer: made.issuer };
    const reply = await post(
      `${installation.baseUrl}/credentials/issue`,
      { credential, options: chosen },
      token,
    );
    if (reply.status !== 201) throw new Error(`${form}: ${reply.status} ${await reply.text()}`);
    const { verifiableCredential } = (await reply.json()) as { verifiableCredential: { id: string } };
    // Libraries for JWTs read the JWS, not the object that carries it.
    issued.set(form, form === 'vc+jwt' ? verifiableCredential.id.split(',')[1] : verifiableCredential);
  }
  return issued;
};

const judgeHere = async (installation: Installation, credential: unknown): Promise<string> => {
  const reply = await post(`${installation.baseUrl}/credentials/verify`, {
    verifiableCredential: credential,
  });
  const { verdict, type } = (await reply.json()) as { verdict?: string; type?: string };
  return verdict ?? `${reply.status} ${type}`;
};

/** Ours before their verifiers, theirs before ours, in each form; and tampered copies of each before both. */
export const prove: Proof = async ({ say }) => {
  const installation = await createInstallation();
  const wrong: string[] = [];
  const figures = { theyAcceptOurs: 0, theyRefuseTampered: 0, weAcceptTheirs: 0, weRefuseTampered: 0 };
  try {
    const instance = await installation.start({ env: { RATE_LIMITS: 'relaxed' } });
    const ours = await issueHere(installation, instance.client());
    for (const [team, forms] of Object.entries(teams)) {
      for (const form of forms) {
        const own = ours.get(form);
        const copies = Object.values(tampered).map((change) => changedBy(change, form, own));
        const tasks = [own, ...copies].map((credential): Task => ({ do: 'verify', form, credential }));
        const [genuine, ...changed] = await ask(team, tasks);
        if (genuine?.verified) figures.theyAcceptOurs += 1;
        else wrong.push(`${team} refuses our ${form}: ${genuine?.why}`);
        const refused = changed.filter(({ verified }) => verified === false).length;
        figures.theyRefuseTampered += refused;
        if (refused !== copies.length) wrong.push(`${team} accepts a tampered ${form} of ours`);
        const [made] = await ask(team, [{ do: 'issue', form, credential: badge(form) }]);
        const theirs = made?.credential;
        const verdict = await judgeHere(installation, theirs);
        if (verdict === 'verified_other_issuer') figures.weAcceptTheirs += 1;
        else wrong.push(`we say ${verdict} of ${form} by ${team} ${made?.why ?? ''}`);
        for (const [what, change] of Object.entries(tampered)) {
          const found = await judgeHere(installation, changedBy(change, form, theirs));
          if (found === 'not_authentic') figures.weRefuseTampered += 1;
          else wrong.push(`we say ${found} of ${form} by ${team} with another ${what}`);
        }
        say(`${team}, ${form}: ${JSON.stringify(figures)}`);
      }
    }
    for (const one of wrong) say(`WRONG: ${one}`);
    return { ok: wrong.length === 0, figures };
  } finally {
    await installation.remove();
  }
};
