import { type Client, expectStatus } from '../../test/support/client.ts';

/** What a holder sees when they make a claim link, and a wallet that opens it. */
export type OpenedLink = {
  url: string;
  protocols: Readonly<Record<string, string>>;
  offerByValue: string;
  transactionCode: string | undefined;
};

export const openClaimLink = async (
  holder: Client,
  identifier: string,
  { protect = false } = {},
): Promise<OpenedLink> => {
  const page = expectStatus(await holder.get(`/en/certificates/${identifier}/wallet`)).page();
  const values = protect ? { protect: 'yes' } : {};
  const opened = expectStatus(await holder.send(page.form(/\/wallet$/), values)).page();
  const url = opened.root.querySelector('#claim-link')?.getAttribute('value') ?? '';
  const asked = expectStatus(await holder.get(url, { accept: 'application/json' }));
  return {
    url,
    protocols: asked.json<{ protocols: Record<string, string> }>().protocols,
    offerByValue: opened.links.find(({ href }) => href.startsWith('openid-credential-offer:'))?.href ?? '',
    transactionCode: opened.root.querySelector('.transaction-code')?.text,
  };
};
