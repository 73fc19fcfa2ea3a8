import { fileURLToPath } from 'node:url';
import { createInstallation, type Instance } from '../test/support/instance.ts';
import type { Proof } from './proof.ts';
import { createChance } from './support/chance.ts';
import { inParallel } from './support/in-parallel.ts';
import { type Judge, openJudge } from './support/judge.ts';
import { type Json, type Mutant, mutateForm, mutateJson } from './support/mutations.ts';

const inputs = 2000;
const atOnce = 4;
const slowest = 2000;
/** What the service reads of a body, in bytes. */
const limit = 1_000_000;

const clientProgram = fileURLToPath(new URL('../src/client.ts', import.meta.url));

type Client = { clientId: string; clientSecret: string; issuer: string };
type Answer = { status: number; text: string; milliseconds: number };
type Check = { name: string; outcome: string; reason: string };
type Report = { verified?: boolean; verdict?: string; checks?: Check[] };
/** What is wrong with an answer; nothing when all is well. */
type Judgement = (mutant: Mutant, answer: Answer) => Promise<string | undefined>;
type Endpoint = { path: string; mutant(chance: () => number): Mutant; judge?: Judgement };

/**
 * Where this verifier is stricter than the stock library by intent, it must still never be laxer: a proof whose members are
 * not as the standard writes them, names that no signature covers, a document whose JSON may not mean what it says.
 */
const stricter = ['proof-malformed', 'undefined-terms', 'proof-expired', 'not-json-ld', 'too-many-proofs'];

/** As the service reads it: a byte order mark says nothing. */
const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
};

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const badge = (issuer: string): { [member: string]: Json } => ({
  '@context': [
    'https://www.w3.org/ns/credentials/v2',
    'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json',
  ],
  type: ['VerifiableCredential', 'OpenBadgeCredential'],
  issuer: { id: issuer, type: ['Profile'], name: 'Campus' },
  validFrom: '2026-01-01T00:00:00Z',
  name: { '@value': 'Soudure', '@language': 'fr' },
  credentialSubject: {
    type: ['AchievementSubject'],
    name: 'Chloé Lefèvre',
    achievement: {
      id: 'https://campus.example/achievements/welding',
      type: ['Achievement'],
      name: 'Welding',
      description: 'Joins steel.',
      criteria: { narrative: 'Passed the workshop test.' },
    },
  },
  evidence: [{ type: ['Evidence'], narrative: 'A bridge.' }],
});

const older = (issuer: string): { [member: string]: Json } => ({
  '@context': ['https://www.w3.org/2018/credentials/v1'],
  type: ['VerifiableCredential'],
  issuer,
  issuanceDate: '2020-03-16T22:37:26.544Z',
  credentialSubject: { id: 'did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b' },
});

const entry = (statusPurpose: string): Json => ({ type: 'BitstringStatusListEntry', statusPurpose });

const issueBodies = (issuer: string): Json[] => [
  { credential: badge(issuer) },
  { credential: older(issuer) },
  {
    credential: badge(issuer),
    options: {
      type: ['DataIntegrityProof', 'Ed25519Signature2020'],
      cryptosuite: ['eddsa-rdfc-2022', 'eddsa-jcs-2022'],
      credentialStatus: [entry('revocation'), entry('suspension')],
    },
  },
  { credential: older(issuer), options: { type: 'Ed25519Signature2020' } },
];

/** A program at one instance, with a token that is asked for anew before it ends. */
const createProgram = ({ baseUrl }: Instance, client: Client) => {
  let token = '';
  let askedAt = 0;

  const renew = async (): Promise<void> => {
    if (Date.now() - askedAt < 300_000) return;
    askedAt = Date.now();
    const authorization = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`;
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    const answer = await fetch(`${baseUrl}/oauth/token`, {
      method: 'POST',
      headers: { authorization },
      body,
    });
    token = String(member(await answer.json(), 'access_token'));
  };

  const send = async (path: string, { body, type }: Pick<Mutant, 'body' | 'type'>): Promise<Answer> => {
    await renew();
    const headers = {
      ...(path === '/oauth/token' ? {} : { authorization: `Bearer ${token}` }),
      ...(type === '' ? {} : { 'content-type': type }),
      // An idle connection that ends while the next request is being written would look like a fault.
      connection: 'close',
      accept: path === '/verify' ? 'text/html' : 'application/json',
    };
    const began = performance.now();
    const ask = () => fetch(baseUrl + path, { method: 'POST', headers, body: new Uint8Array(body) });
    const answer = await ask().catch(() => {
      // Beyond the limit the service answers and hangs up; whoever is still writing may not hear it. Any other connection
      // that ended was an idle one, unless the service is gone: then it does not answer the second time either.
      return body.length > limit ? new Response('', { status: 413 }) : ask();
    });
    const text = await answer.text();
    return { status: answer.status, text, milliseconds: performance.now() - began };
  };

  const post = async (path: string, value: Json): Promise<Answer> =>
    send(path, { body: Buffer.from(JSON.stringify(value)), type: 'application/json' });

  return { send, post };
};

type Program = ReturnType<typeof createProgram>;

const signatureOf = (report: Report): Check | undefined =>
  report.checks?.find(({ name }) => name === 'signature');

/** Holds our word on the signature against that of the stock library. */
const compare = async (judge: Judge, credential: unknown, report: Report): Promise<string | undefined> => {
  const signature = signatureOf(report);
  const reached = signature && signature.reason !== 'not-reached';
  if (!reached || signature.outcome === 'could-not-tell') {
    return report.verified ? 'verified without a signature' : undefined;
  }
  const stock = await judge.ask(credential);
  if (signature.outcome === 'passed' && stock === 'bad') return `accepted (${report.verdict}), stock refuses`;
  const milder = signature.outcome === 'failed' && stock === 'good' && !stricter.includes(signature.reason);
  return milder ? `refused (${signature.reason}), stock accepts` : undefined;
};

const judgeVerified =
  (judge: Judge): Judgement =>
  async ({ body, type }, { text }) => {
    // Another charset makes other characters of the same bytes, and so another document.
    if (type !== 'application/json') return undefined;
    const credential = member(parsed(body.toString('utf8')), 'verifiableCredential');
    const report = parsed(text) as Report | undefined;
    return report?.checks ? compare(judge, credential, report) : undefined;
  };

/** What was signed must verify, with us and with the stock library. */
const judgeIssued =
  (judge: Judge, program: Program): Judgement =>
  async (_mutant, { status, text }) => {
    if (status !== 201) return undefined;
    const credential = member(parsed(text), 'verifiableCredential');
    const { text: answer } = await program.post('/credentials/verify', {
      verifiableCredential: credential as Json,
    });
    const report = parsed(answer) as Report;
    const good = ['verified', 'verified_not_current'].includes(String(report.verdict));
    if (!good) return `issued, but ${report.verdict}`;
    return compare(judge, credential, report);
  };

const saysValid = (page: string): boolean => page.includes('This certificate is valid');

/** A page that calls something valid must have been given what the stock library would not refuse. */
const judgePage =
  (judge: Judge): Judgement =>
  async ({ body }, { text }) => {
    if (!saysValid(text)) return undefined;
    const [, sent = ''] = /\r\n\r\n(.*?)\r\n--/s.exec(body.toString('utf8')) ?? [];
    const credential = parsed(sent);
    if (credential === undefined) return 'called valid, and is no JSON';
    return (await judge.ask(credential)) === 'bad' ? 'called valid, stock refuses' : undefined;
  };

/** A presentation that verifies holds no credential that the stock library refuses. */
const judgePresented =
  (judge: Judge): Judgement =>
  async ({ body }, { text }) => {
    if (member(parsed(text), 'verified') !== true) return undefined;
    const presentation = member(parsed(body.toString('utf8')), 'verifiablePresentation');
    const verdicts = await Promise.all([member(presentation, 'verifiableCredential')].flat().map(judge.ask));
    return verdicts.includes('bad') ? 'verified, stock refuses a credential in it' : undefined;
  };

const boundary = 'mutated-inputs';
const upload = (text: Buffer | string, name = 'credential'): Buffer =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    Buffer.from(text),
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
const uploadType = `multipart/form-data; boundary=${boundary}`;

/** The credential as somebody pastes it into the page: mutated, or the form around it too. */
const mutateUpload = (mutant: Mutant, chance: () => number): Mutant => {
  if (chance() < 0.85) return { how: mutant.how, type: uploadType, body: upload(mutant.body) };
  const whole = upload(mutant.body, chance() < 0.5 ? '__proto__' : 'credential');
  const cut = whole.subarray(0, Math.floor(chance() * whole.length));
  const type = chance() < 0.5 ? uploadType : 'multipart/form-data';
  return { how: `${mutant.how}, broken form`, type, body: cut };
};

const prepare = async (instance: Instance, client: Client, judge: Judge): Promise<[Program, Endpoint[]]> => {
  const program = createProgram(instance, client);
  const bodies = issueBodies(client.issuer);
  const issued: Json[] = [];
  for (const body of bodies) {
    const { status, text } = await program.post('/credentials/issue', body);
    if (status !== 201) throw new Error(`nothing issued: ${status} ${text}`);
    issued.push(member(parsed(text), 'verifiableCredential') as Json);
  }
  for (const credential of issued) {
    const { text } = await program.post('/credentials/verify', { verifiableCredential: credential });
    if (!(parsed(text) as Report).verified) throw new Error(`not verified before it was changed: ${text}`);
    const stock = await judge.ask(credential);
    if (stock !== 'good') throw new Error(`stock finds the unchanged credential ${stock}`);
    const page = await program.send('/verify', {
      type: uploadType,
      body: upload(JSON.stringify(credential)),
    });
    if (!saysValid(page.text)) throw new Error(`no page for the unchanged credential: ${page.status}`);
  }
  const of = (base: readonly Json[]) => (chance: () => number) =>
    mutateJson(base[Math.floor(chance() * base.length)] as Json, base, chance);
  const verifying = issued.map((verifiableCredential): Json => ({ verifiableCredential }));
  const presenting = issued.map(
    (verifiableCredential): Json => ({
      verifiablePresentation: {
        '@context': ['https://www.w3.org/ns/credentials/v2'],
        type: ['VerifiablePresentation'],
        verifiableCredential: [verifiableCredential],
      },
      options: { challenge: 'c', domain: 'campus.example' },
    }),
  );
  const changing = issued.map(
    (credential): Json => ({
      credentialId: member(credential, 'id') as Json,
      credentialStatus: entry('suspension'),
      status: true,
    }),
  );
  const form = {
    grant_type: 'client_credentials',
    client_id: client.clientId,
    client_secret: client.clientSecret,
  };
  const endpoints: Endpoint[] = [
    { path: '/credentials/issue', mutant: of(bodies), judge: judgeIssued(judge, program) },
    { path: '/credentials/verify', mutant: of(verifying), judge: judgeVerified(judge) },
    { path: '/presentations/verify', mutant: of(presenting), judge: judgePresented(judge) },
    { path: '/credentials/status', mutant: of(changing) },
    {
      path: '/verify',
      mutant: (chance) => mutateUpload(of(issued)(chance), chance),
      judge: judgePage(judge),
    },
    { path: '/oauth/token', mutant: (chance) => mutateForm({ ...form, scope: 'credentials:issue' }, chance) },
  ];
  return [program, endpoints];
};

type Tally = { answers: Record<string, number>; slowest: number; faults: string[] };

const runEndpoint = async (program: Program, endpoint: Endpoint, seed: number): Promise<Tally> => {
  const chance = createChance(seed);
  const mutants = Array.from({ length: inputs }, () => endpoint.mutant(chance));
  const tally: Tally = { answers: {}, slowest: 0, faults: [] };
  await inParallel(mutants, atOnce, async (mutant) => {
    const answer = await program.send(endpoint.path, mutant);
    tally.answers[answer.status] = (tally.answers[answer.status] ?? 0) + 1;
    tally.slowest = Math.max(tally.slowest, Math.round(answer.milliseconds));
    const wrong = [
      answer.status >= 500 ? `answered ${answer.status}` : undefined,
      answer.milliseconds > slowest ? `took ${Math.round(answer.milliseconds)} ms` : undefined,
      await endpoint.judge?.(mutant, answer),
    ].filter((one) => one !== undefined);
    for (const one of wrong)
      tally.faults.push(
        `${endpoint.path} (${mutant.how}): ${one}: ${mutant.body.toString('utf8').slice(0, 3000)}`,
      );
  });
  return tally;
};

/** 2,000 mutated inputs against each endpoint that reads foreign input: see `npm run prove`. */
export const prove: Proof = async ({ seed, say }) => {
  const installation = await createInstallation({ SEED: 'catalogue', WORKER: 'off' });
  const judge = openJudge();
  try {
    const instance = await installation.start();
    const scopes = 'credentials:issue,credentials:status';
    const args = ['create', '--name', 'Campus', '--scopes', scopes, '--json'];
    const client = await installation.run<Client>(clientProgram, args);
    const [program, endpoints] = await prepare(instance, client, judge);
    const figures: Record<string, unknown> = {};
    const faults: string[] = [];
    for (const endpoint of endpoints) {
      const tally = await runEndpoint(program, endpoint, seed);
      say(`${endpoint.path}: ${JSON.stringify(tally.answers)}, slowest ${tally.slowest} ms`);
      for (const fault of tally.faults.slice(0, 5)) say(fault);
      figures[endpoint.path] = { ...tally.answers, slowestMs: tally.slowest, faults: tally.faults.length };
      faults.push(...tally.faults);
    }
    await instance.stop();
    return { ok: faults.length === 0, figures: { inputsEach: inputs, ...figures } };
  } finally {
    await judge.close();
    await installation.remove();
  }
};
