import { readAnswerKey } from '../test/support/answer-key.ts';
import { createRequestReader } from '../test/support/answer-request.ts';
import { type Client, expectStatus, type Reply } from '../test/support/client.ts';
import { createInstallation, type Instance } from '../test/support/instance.ts';
import { createOpenidWallet, jwtVcJson, ldpVc, type OpenidWallet } from '../test/support/openid-wallet.ts';
import { signIn } from '../test/support/walk.ts';
import { createWallet, type Occasion, type WalletSuite } from '../test/support/wallet.ts';
import type { Proof } from './proof.ts';
import { answer, handIn, isVerified, prepareCandidates, signedRecords } from './support/candidate.ts';
import { openClaimLink } from './support/wallet-link.ts';

const patience = 120_000;
const minute = 60_000;

type Scene = {
  instance: Instance;
  holder: Client;
  identifier: string;
  wallet: OpenidWallet;
  newWallet(): Promise<OpenidWallet>;
  /** Moves the clocks of the service and of the wallets. */
  wait(minutes: number): Promise<void>;
  /** Notes whether something was as it should be. */
  check(name: string, holds: boolean): void;
};

const certificateOf = async (client: Client): Promise<string> => {
  const deadline = Date.now() + patience;
  for (;;) {
    const [record] = await signedRecords(client);
    const identifier = record?.id.split('/').at(-1);
    if (identifier) return identifier;
    if (Date.now() > deadline) throw new Error('the certificate did not come');
  }
};

const isRefused = (work: Promise<unknown>, code: string): Promise<boolean> =>
  work.then(
    () => false,
    (error: unknown) => JSON.stringify([String(error), error]).includes(code),
  );

const subjectOf = (credential: unknown): unknown => {
  const document =
    typeof credential === 'string'
      ? JSON.parse(Buffer.from(credential.split('.')[1] ?? '', 'base64url').toString())
      : credential;
  return (document as { credentialSubject?: { id?: string } }).credentialSubject?.id;
};

const holds = async ({ instance, wallet }: Scene, credential: unknown): Promise<boolean> =>
  subjectOf(credential) === wallet.did && (await isVerified(instance.client(), credential as never));

/** By value and by reference, with and without transaction code, in either format, bound to either kind of key. */
const claimByOpenid = async (scene: Scene): Promise<void> => {
  const { holder, identifier, wallet, check } = scene;
  for (const by of ['value', 'reference'] as const) {
    for (const protect of [false, true]) {
      for (const configuration of [ldpVc, jwtVcJson]) {
        const { offerByValue, protocols, transactionCode } = await openClaimLink(holder, identifier, {
          protect,
        });
        const offer = by === 'value' ? offerByValue : (protocols['oid4vci-1.0'] ?? '');
        const binding = protect ? 'jwk' : 'did';
        const credential = await wallet.claim(offer, { configuration, transactionCode, binding });
        check(
          `${configuration} by ${by}${protect ? ' with transaction code' : ''}`,
          await holds(scene, credential),
        );
        check(
          `replay of an offer by ${by}`,
          await isRefused(wallet.begin(offerByValue, transactionCode), 'invalid_grant'),
        );
      }
    }
  }
};

const refuseOpenid = async (scene: Scene): Promise<void> => {
  const { holder, identifier, wallet, check, wait } = scene;
  const open = (protect = false) => openClaimLink(holder, identifier, { protect });
  const guarded = await open(true);
  const wrong = String((Number(guarded.transactionCode) + 1) % 1_000_000).padStart(6, '0');
  // The library does not even ask.
  check('no transaction code', await isRefused(wallet.begin(guarded.offerByValue), ''));
  for (let tries = 1; tries <= 5; tries += 1)
    check(
      'wrong transaction code',
      await isRefused(wallet.begin(guarded.offerByValue, wrong), 'invalid_grant'),
    );
  const late = wallet.begin(guarded.offerByValue, guarded.transactionCode);
  check('right transaction code after five wrong ones', await isRefused(late, 'invalid_grant'));

  const stolen = await open();
  const thief = await scene.newWallet();
  const taken = await wallet.begin(stolen.offerByValue);
  check('stolen offer, second token', await isRefused(thief.begin(stolen.offerByValue), 'invalid_grant'));
  check('stolen offer, first token', await isRefused(wallet.finish(taken), 'invalid_token'));
  const begun = await wallet.begin((await open()).offerByValue);
  await wallet.finish(begun);
  check('stolen token', await isRefused(thief.finish(begun), 'credential_request_denied'));
  check('made-up nonce', await isRefused(wallet.finish(begun, { nonce: 'made-up' }), 'invalid_nonce'));

  const ended = await open();
  const page = expectStatus(await holder.get(`/en/certificates/${identifier}/wallet`)).page();
  expectStatus(await holder.send(page.form(/\/wallet\/end$/)));
  check('revoked link', await isRefused(wallet.begin(ended.offerByValue), 'invalid_grant'));
  const old = await open();
  await wait(15);
  check('expired link', await isRefused(wallet.begin(old.offerByValue), 'invalid_grant'));
  const clear = await holder.get(old.url.replace('/claim/', '/fr/claim/'));
  check('clear page for an expired link', clear.status === 410 && /ne fonctionne plus/.test(clear.text));
};

const post = (client: Client, url: string, body: unknown): Promise<Reply> =>
  client.request(url, {
    method: 'POST',
    accept: 'application/json',
    type: 'application/json',
    body: JSON.stringify(body),
  });

type Asked = { verifiablePresentationRequest: Occasion };

const claimByExchange = async ({ instance, holder, identifier, check, wait }: Scene): Promise<void> => {
  const phone = instance.client();
  const begin = async () => {
    const url = (await openClaimLink(holder, identifier)).protocols.vcapi ?? '';
    const { verifiablePresentationRequest: occasion } = expectStatus(
      await post(phone, url, {}),
    ).json<Asked>();
    return { url, occasion };
  };
  for (const suite of ['Ed25519Signature2020', 'eddsa-rdfc-2022'] satisfies WalletSuite[]) {
    const wallet = await createWallet();
    const { url, occasion } = await begin();
    const present = async (changes: Partial<Occasion> = {}) => ({
      verifiablePresentation: await wallet.present({ ...occasion, ...changes }, suite),
    });
    const answers = async (changes: Partial<Occasion>) =>
      (await post(phone, url, await present(changes))).status;
    check(`wrong challenge, ${suite}`, (await answers({ challenge: 'another' })) === 400);
    check(`wrong domain, ${suite}`, (await answers({ domain: 'https://elsewhere.example' })) === 400);
    const message = await present();
    const given = expectStatus(await post(phone, url, message)).json<{
      verifiablePresentation: { verifiableCredential: { credentialSubject: { id: string } }[] };
    }>();
    const [credential] = given.verifiablePresentation.verifiableCredential;
    const bound = credential?.credentialSubject.id === wallet.did;
    check(`vcapi with ${suite}`, bound && (await isVerified(phone, credential as never)));
    check(`replay, ${suite}`, (await post(phone, url, message)).status === 410);
  }
  const { url, occasion } = await begin();
  const late = { verifiablePresentation: await (await createWallet()).present(occasion) };
  await wait(15);
  check('expired exchange', (await post(phone, url, late)).status === 410);
};

const presentAgain = async ({ instance, holder, identifier, check, wallet }: Scene): Promise<void> => {
  const jwt = await wallet.claim((await openClaimLink(holder, identifier)).offerByValue, {
    configuration: jwtVcJson,
  });
  const employer = instance.client();
  const reader = createRequestReader(fetch);
  const form = expectStatus(await employer.get('/en/verify/presentation')).page();
  const waiting = expectStatus(await employer.send(form.form(/\/presentation$/)));
  const link = waiting.page().links.find(({ href }) => href.startsWith('openid4vp://'))?.href ?? '';
  const { nonce, audience } = await reader.read(link);
  const vp = { type: ['VerifiablePresentation'], verifiableCredential: [jwt] };
  const elsewhere = await wallet.sign(
    { aud: 'redirect_uri:https://elsewhere.example', nonce, vp },
    { typ: 'JWT' },
  );
  check('presented to somebody else', (await reader.answer(link, { jwt: [elsewhere] })).status === 400);
  const presented = await wallet.sign({ aud: audience, nonce, vp }, { typ: 'JWT' });
  check('presented', (await reader.answer(link, { jwt: [presented] })).status === 200);
  check('presented twice', (await reader.answer(link, { jwt: [presented] })).status === 400);
  const shown = expectStatus(await employer.get(waiting.path)).text;
  check('the employer sees the verdict', shown.includes('A valid certificate, presented by its holder'));
};

/**
 * A client library from npm takes a certificate by OpenID4VCI 1.0 in every way there is, a scripted one by `vcapi`; both
 * are refused what they must not get, and what was taken is presented by OpenID4VP 1.0.
 */
export const prove: Proof = async ({ say }) => {
  const installation = await createInstallation({ SEED: 'demo', RATE_LIMITS: 'relaxed' });
  const failures: string[] = [];
  let checks = 0;
  let ahead = 0;
  try {
    const [candidate] = await prepareCandidates(installation, 1);
    if (!candidate) throw new Error('nobody to certify');
    const instance = await installation.start({ clock: { behind: 0 } });
    const holder = instance.client();
    await signIn(holder, candidate);
    await answer(holder, candidate, await readAnswerKey('protecting-personal-data'));
    await handIn(holder, candidate);
    const identifier = await certificateOf(holder);
    say('a certificate issued');
    const newWallet = () => createOpenidWallet({ fetch, now: () => new Date(Date.now() + ahead) });
    const scene: Scene = {
      instance,
      holder,
      identifier,
      newWallet,
      wallet: await newWallet(),
      wait: async (minutes) => {
        await instance.moveTime(minutes * minute);
        ahead += minutes * minute;
      },
      check: (name, isSo) => {
        checks += 1;
        if (isSo) return;
        failures.push(name);
        say(`FAILED: ${name}`);
      },
    };
    await claimByOpenid(scene);
    say(`OpenID4VCI: taken in every way (${checks} checks)`);
    await refuseOpenid(scene);
    say(`OpenID4VCI: refused (${checks} checks)`);
    await claimByExchange(scene);
    say(`vcapi (${checks} checks)`);
    await presentAgain(scene);
    return { ok: failures.length === 0, figures: { checks, failures } };
  } finally {
    await installation.remove();
  }
};
