import { createRequestReader, type ReadRequest } from '../answer-request.ts';
import { expectStatus } from '../client.ts';
import { createWallet, type Wallet } from '../wallet.ts';
import { foreignBadgeFor } from './papers.ts';
import type { VerdictStop as Stop } from './verdict-stop.ts';
import type { VerdictWorld } from './verdict-world.ts';

type Asked = { path: string; request: ReadRequest };

/** What whoever asked a holder to present sees, by what the wallet answers. */
export const presentedStops = async ({ world, numbers, record }: VerdictWorld): Promise<Stop[]> => {
  const employer = world.visitor();
  const { issuer } = world.modules;
  const reader = createRequestReader((input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    return fetch(url.replace(world.baseUrl, employer.baseUrl), init);
  });
  const wallet = await createWallet();

  const ask = async (): Promise<Asked> => {
    const form = expectStatus(await employer.get('/en/verify/presentation')).page();
    const waiting = expectStatus(await employer.send(form.form(/\/presentation$/)));
    const link = waiting.page().links.find(({ href }) => href.startsWith('openid4vp://'))?.href ?? '';
    return { path: waiting.path.replace(/^\/en/, ''), request: await reader.read(link) };
  };

  const answered = async ({ path, request }: Asked, values: Record<string, string>): Promise<string> => {
    const body = new URLSearchParams({ state: request.state, ...values });
    const how = { method: 'POST', accept: 'application/json', body };
    expectStatus(await employer.request(request.responseUri, how));
    return path;
  };

  const stop = (state: string, verdict: string, path: string, says: readonly string[] = []): Stop => ({
    view: 'presentations/result',
    state,
    verdict,
    path,
    says,
  });

  const presented = async (credential: unknown): Promise<string> => {
    const asked = await ask();
    const { nonce, audience } = asked.request;
    const occasion = { challenge: nonce, domain: audience };
    const ldp = await wallet.present(occasion, 'eddsa-rdfc-2022', [credential]);
    return answered(asked, { vp_token: JSON.stringify({ ldp: [ldp] }) });
  };
  const boundTo = ({ did }: Wallet, number: string) => issuer.bindToHolder(number, did);

  const bound = await boundTo(wallet, numbers.valid);
  // Taken into the wallet while it stood, and withdrawn or suspended since.
  const later = async (change: (number: string) => Promise<unknown>): Promise<string> => {
    const copy = await boundTo(wallet, numbers.other);
    await change(numbers.other);
    return presented(copy);
  };
  const suspended = await later((identifier) =>
    issuer.suspend({ identifier, by: 'staff', reason: 'enquiry' }),
  );
  await issuer.liftSuspension({ identifier: numbers.other, by: 'staff' });
  const revoked = await later((identifier) => issuer.revoke({ identifier, by: 'staff', reason: 'fraud' }));
  const title = (verdict: string): string[] => [`verify:verdicts.${verdict}.title`];
  return [
    { ...stop('presented', 'presented.good', await presented(bound)), dark: true },
    stop('suspended', 'presented.other expired', suspended, title('verified_not_current')),
    stop('revoked', 'presented.other not-valid', revoked, title('not_valid')),
    stop(
      'issued by somebody else',
      'presented.other could-not-check',
      await presented(await foreignBadgeFor(wallet.did)),
      title('verified_other_issuer'),
    ),
    stop(
      'tampered',
      'presented.other not-valid',
      await presented({ ...bound, name: 'Master of Everything' }),
      title('not_authentic'),
    ),
    stop(
      'bound to another',
      'presented.other-holder',
      await presented(await boundTo(await createWallet(), numbers.valid)),
    ),
    stop('bound to nobody', 'presented.no-holder', await presented(await record(numbers.valid))),
    stop('declined', 'presented.declined', await answered(await ask(), { error: 'access_denied' })),
  ];
};
