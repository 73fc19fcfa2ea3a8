import { expect } from 'chai';
import { type Client, expectStatus, type Reply } from '../support/client.ts';
import { createWallet, type Occasion, type Wallet } from '../support/wallet.ts';
import { openWorld, type Someone, type World } from '../support/world.ts';

type Credential = {
  id: string;
  credentialSubject: { id?: string; name: string };
  credentialStatus: unknown;
  proof: unknown;
};
type Request = { verifiablePresentationRequest: Occasion & { query: { type: string }[] } };
type Delivery = { verifiablePresentation: { verifiableCredential: Credential[] } };
type Problem = { type: string; status: number; errors?: { code: string; message: string }[] };

describe('a claim link and its vcapi exchange', function () {
  this.timeout(60_000);
  let world: World;
  let learner: Someone;
  let identifier: string;
  let wallet: Wallet;
  let phone: Client;

  before(async () => {
    world = await openWorld();
    learner = await world.learner();
    ({ identifier } = await world.completed(learner));
    wallet = await createWallet();
    phone = world.visitor();
  });
  after(() => world.close());

  const walletPage = () => `/en/certificates/${identifier}/wallet`;

  const openLink = async (): Promise<string> => {
    const page = expectStatus(await learner.client.get(walletPage())).page();
    const opened = expectStatus(await learner.client.send(page.form(/\/wallet$/))).page();
    return opened.root.querySelector('#claim-link')?.getAttribute('value') ?? '';
  };

  const ask = (url: string, accept = 'application/json'): Promise<Reply> =>
    phone.get(url, { accept, follow: false });

  const exchangeOf = async (link: string): Promise<string> =>
    expectStatus(await ask(link)).json<{ protocols: { vcapi: string } }>().protocols.vcapi;

  const post = (url: string, body: unknown, language = 'en'): Promise<Reply> =>
    phone.request(url.replace(world.baseUrl, `/${language}`), {
      method: 'POST',
      accept: 'application/json',
      type: 'application/json',
      body: JSON.stringify(body),
    });

  const occasionOf = async (exchange: string): Promise<Occasion> =>
    expectStatus(await post(exchange, {})).json<Request>().verifiablePresentationRequest;

  const problemOf = (reply: Reply, status: number): Problem => {
    expect(reply.headers.get('content-type')).to.contain('application/problem+json');
    return expectStatus(reply, status).json<Problem>();
  };

  it('is made on the page of the certificate, by its holder only', async () => {
    const certificate = expectStatus(await learner.client.get(`/en/certificates/${identifier}`)).page();
    expect(certificate.link(/\/wallet$/)).to.equal(walletPage());
    const stranger = await world.learner();
    expect((await stranger.client.get(walletPage())).status).to.equal(404);
    const form = expectStatus(await learner.client.get(walletPage()))
      .page()
      .form(/\/wallet$/);
    const own = expectStatus(await stranger.client.get('/en/account')).page();
    const [token] = own.forms.flatMap(({ values }) => values.filter(([name]) => name.includes('csrf')));
    const forged = await stranger.client.send(form, token ? { [token[0]]: token[1] } : {});
    expect(forged.status).to.equal(404);
  });

  it('shows people a page without cookie that names the achievement and nobody', async () => {
    const link = await openLink();
    const reply = expectStatus(await ask(link, 'text/html'));
    expect(reply.headers.get('cache-control')).to.equal('no-store');
    expect(phone.hasCookies()).to.equal(false);
    const { text, root, links } = reply.page();
    expect(text).to.not.contain(learner.familyName);
    expect(text).to.contain('It works once');
    expect(root.querySelectorAll('svg.scan-code')).to.have.length(2);
    const app = links.find(({ href }) => href.startsWith('https://lcw.app/request?request='))?.href ?? '';
    const request = JSON.parse(new URL(app).searchParams.get('request') ?? '{}');
    expect(request.protocols.vcapi).to.equal(await exchangeOf(link));
    const french = expectStatus(await ask(link.replace('/claim/', '/fr/claim/'), 'text/html')).page();
    expect(french.text).to.contain('Il sert une seule fois');
  });

  for (const suite of ['Ed25519Signature2020', 'eddsa-rdfc-2022'] as const) {
    it(`hands a copy to a wallet that proves its key with ${suite}, once`, async () => {
      const link = await openLink();
      // Scanners look too, any number of times.
      for (const accept of ['text/html', 'application/json', '*/*']) await ask(link, accept);
      const exchange = await exchangeOf(link);
      const occasion = await occasionOf(exchange);
      expect(occasion.domain).to.equal(world.baseUrl);
      expect(await occasionOf(exchange)).to.deep.equal(occasion);

      const verifiablePresentation = await wallet.present(occasion, suite);
      const delivered = expectStatus(await post(exchange, { verifiablePresentation })).json<Delivery>();
      const [credential] = delivered.verifiablePresentation.verifiableCredential;
      const original = expectStatus(
        await learner.client.get(`/en/certificates/${identifier}.json`),
      ).json<Credential>();
      const { proof: _, ...signed } = original;
      const { proof, ...bound } = credential as Credential;
      expect(proof).to.not.equal(undefined);
      expect(bound).to.deep.equal({
        ...signed,
        credentialSubject: { ...signed.credentialSubject, id: wallet.did },
      });
      const report = await post(`${world.baseUrl}/credentials/verify`, { verifiableCredential: credential });
      expect(report.json()).to.include({ verified: true, verdict: 'verified' });

      expect(problemOf(await post(exchange, { verifiablePresentation }), 410).type).to.equal(
        '/problems/claim-link-ended',
      );
      expect(problemOf(await post(exchange, {}), 410).type).to.equal('/problems/claim-link-ended');
      expect(problemOf(await ask(link), 410).type).to.equal('/problems/claim-link-ended');
      const page = expectStatus(await ask(link, 'text/html'), 410).page();
      expect(page.text).to.contain('This link no longer works').and.not.contain(learner.familyName);
      expect(page.link(/\/certificates$/)).to.equal('/en/certificates');
    });
  }

  it('keeps of a claim when, how, and a fingerprint', async () => {
    const page = expectStatus(await learner.client.get(walletPage())).page();
    expect(page.text).to.contain('Taken into a wallet').and.contain('VC API');
    const { connection } = world.modules.platform.database;
    const kept = JSON.stringify(await connection.collection('wallet_claims').find().toArray());
    expect(kept).to.not.contain(wallet.did);
    const link = await openLink();
    const again = JSON.stringify(await connection.collection('wallet_claims').find().toArray());
    expect(again).to.not.contain(new URL(link).pathname.split('/').at(-1));
    expect(again).to.not.contain((await exchangeOf(link)).split('/').at(-1));
  });

  it('refuses what was signed for another challenge or domain, or by nobody, and stays open', async () => {
    const exchange = await exchangeOf(await openLink());
    const other = await exchangeOf(await openLink());
    expect((await post(exchange, {})).status, 'the link before').to.equal(410);
    const occasion = await occasionOf(other);
    const attempts: [string, unknown][] = [
      ['presentation-challenge', await wallet.present({ ...occasion, challenge: 'another' })],
      ['presentation-domain', await wallet.present({ ...occasion, domain: 'https://elsewhere.example' })],
      ['presentation-unsigned', { ...(await wallet.present(occasion)), proof: undefined }],
      ['presentation-signature', { ...(await wallet.present(occasion)), holder: (await createWallet()).did }],
      ['presentation-malformed', { '@context': ['https://www.w3.org/ns/credentials/v2'], type: ['Other'] }],
    ];
    for (const [code, verifiablePresentation] of attempts) {
      const problem = problemOf(await post(other, { verifiablePresentation }), 400);
      expect(problem.errors?.map((one) => one.code)).to.deep.equal([code]);
    }
    for (const verifiablePresentation of [null, 1, 'text', [], {}]) {
      expect((await post(other, { verifiablePresentation })).status).to.equal(400);
    }
    const french = problemOf(await post(other, { verifiablePresentation: {} }, 'fr'), 400);
    expect(french.errors?.[0]?.message).to.match(/présentation/);
    expect((await post(other, { verifiablePresentation: {}, more: 1 })).status).to.equal(422);
    expect((await post(other, [])).status).to.equal(422);
    const verifiablePresentation = await wallet.present(occasion);
    expectStatus(await post(other, { verifiablePresentation }));
  });

  it('is taken by one of several wallets that come at once', async () => {
    const exchange = await exchangeOf(await openLink());
    const occasion = await occasionOf(exchange);
    const rivals = await Promise.all(Array.from({ length: 5 }, createWallet));
    const presentations = await Promise.all(rivals.map((rival) => rival.present(occasion)));
    const replies = await Promise.all(
      presentations.map((verifiablePresentation) => post(exchange, { verifiablePresentation })),
    );
    expect(replies.map(({ status }) => status).sort()).to.deep.equal([200, 410, 410, 410, 410]);
  });

  it('ends by its time, by its holder, and leaves unknown links no different', async () => {
    const link = await openLink();
    const exchange = await exchangeOf(link);
    world.clock.advance({ minutes: 15 });
    expect((await ask(link)).status).to.equal(410);
    expect((await post(exchange, {})).status).to.equal(410);
    const second = await openLink();
    const page = expectStatus(await learner.client.get(walletPage())).page();
    expect(page.text).to.contain('Your link is open until');
    expectStatus(await learner.client.send(page.form(/\/wallet\/end$/)));
    expect((await ask(second)).status).to.equal(410);
    const unknown = expectStatus(await ask(`/en/claim/${'x'.repeat(43)}`, 'text/html'), 410);
    expect(unknown.page().text).to.equal(
      expectStatus(await ask(second.replace('/claim/', '/en/claim/'), 'text/html'), 410).page().text,
    );
    expect((await ask('/claim/%00')).status).to.equal(410);
    expect((await ask('/workflows/claim/exchanges/none')).status).to.equal(405);
  });

  it('hands over what the new key signs once the issuer’s key was rotated, also for a link of before', async () => {
    const exchange = await exchangeOf(await openLink());
    const original = expectStatus(await learner.client.get(`/en/certificates/${identifier}.json`)).json();
    const { keys, signCertificateAsJwt } = world.modules.issuer;
    await keys.prepareNext();
    world.clock.advance({ minutes: 1 });
    const { publicKeyMultibase } = await keys.rotate('staff');
    const verifiablePresentation = await wallet.present(await occasionOf(exchange));
    const delivered = expectStatus(await post(exchange, { verifiablePresentation })).json<Delivery>();
    const [credential] = delivered.verifiablePresentation.verifiableCredential;
    const proofs = credential?.proof as readonly { verificationMethod: string }[];
    for (const { verificationMethod } of proofs)
      expect(verificationMethod.endsWith(`#${publicKeyMultibase}`)).to.equal(true);
    const jwt = await signCertificateAsJwt(identifier, { holder: wallet.did });
    for (const verifiableCredential of [credential, jwt, original]) {
      const report = await post(`${world.baseUrl}/credentials/verify`, { verifiableCredential });
      expect(report.json()).to.include({ verified: true, verdict: 'verified' });
    }
  });

  it('takes no certificate while it is suspended or once it was withdrawn, and nothing once its holder is gone', async () => {
    const exchange = await exchangeOf(await openLink());
    const verifiablePresentation = await wallet.present(await occasionOf(exchange));
    const { issuer } = world.modules;
    await issuer.suspend({ identifier, by: 'staff', reason: 'enquiry' });
    expect((await post(exchange, { verifiablePresentation })).status).to.equal(409);
    expect((await learner.client.get(`/en/certificates/${identifier}`)).text).to.not.contain('/wallet"');
    await issuer.revoke({ identifier, by: 'staff', reason: 'holder-request' });
    expect(problemOf(await post(exchange, { verifiablePresentation }), 409).type).to.equal(
      '/problems/certificate-withdrawn',
    );
    expect(expectStatus(await learner.client.get(`/en/certificates/${identifier}`)).text).to.not.contain(
      '/wallet',
    );
    await world.modules.wallets.personalData.erase(learner.accountId);
    expect((await post(exchange, { verifiablePresentation })).status).to.equal(410);
  });
});
