import type { Page } from 'puppeteer';
import { createRequestReader } from '../../test/support/answer-request.ts';
import { expectStatus } from '../../test/support/client.ts';
import { openClaimLink } from '../support/wallet-link.ts';
import { submit } from './act.ts';
import type { Certificates } from './certificate-stops.ts';
import type { Scene } from './scene.ts';
import type { Stop } from './stop.ts';

const inItsLanguage = async (page: Page, path: string): Promise<void> => {
  const language = new URL(page.url()).pathname.split('/')[1];
  await page.goto(new URL(`/${language}${path}`, page.url()).href, { waitUntil: 'load' });
};

/** One after the other: a new link ends the one before, also while somebody is on the way to it. */
const inTurn = () => {
  let before: Promise<void> = Promise.resolve();
  return (work: () => Promise<void>): Promise<void> => {
    before = before.catch(() => undefined).then(work);
    return before;
  };
};

/** Pages about wallets: making a link, opening it, asking a holder to present. */
export const walletStops = async (scene: Scene, { valid }: Certificates): Promise<Stop[]> => {
  const { certified } = scene.candidates;
  const holder = await scene.clientOf(certified);
  const turn = inTurn();

  const opened =
    (protect: boolean) =>
    (page: Page): Promise<void> =>
      turn(async () => {
        const { url } = await openClaimLink(holder, valid, { protect });
        const { pathname, search } = new URL(url);
        await inItsLanguage(page, `${pathname}${search}`);
      });

  const waiting = async (page: Page): Promise<void> => {
    await submit('/verify/presentation')(page);
    // Without loading itself again, which would disturb who looks.
    await page.goto(`${page.url()}?reload=no`, { waitUntil: 'load' });
  };

  /** Asks in place of an employer and says no in place of a holder; answers the path of the page. */
  const declined = async (): Promise<string> => {
    const employer = scene.instance.client();
    const form = expectStatus(await employer.get('/en/verify/presentation')).page();
    const asked = expectStatus(await employer.send(form.form(/\/presentation$/)));
    const link = asked.page().links.find(({ href }) => href.startsWith('openid4vp:'))?.href ?? '';
    const { responseUri, state } = await createRequestReader(fetch).read(link);
    const body = new URLSearchParams({ state, error: 'access_denied' });
    await fetch(responseUri, { method: 'POST', body });
    return asked.path.replace(/^\/en/, '');
  };

  const unknown = 'x'.repeat(43);
  return [
    { view: 'wallets/holder', path: `/certificates/${valid}/wallet`, as: certified, dark: true },
    { view: 'wallets/claim', path: '/verify', doing: opened(false), dark: true },
    { view: 'wallets/claim', state: 'with transaction code', path: '/verify', doing: opened(true) },
    { view: 'wallets/ended', path: `/claim/${unknown}`, status: 410 },
    { view: 'presentations/ask', path: '/verify/presentation', dark: true },
    { view: 'presentations/waiting', path: '/verify/presentation', doing: waiting, dark: true },
    {
      view: 'presentations/result',
      state: 'declined',
      path: '/verify/presentation',
      doing: async (page) => inItsLanguage(page, await declined()),
    },
    { view: 'presentations/ended', path: `/verify/presentations/${unknown}`, status: 410 },
  ];
};
