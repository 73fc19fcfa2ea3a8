import { type Request, type RequestHandler, type Response, Router } from 'express';
import { DomainError } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import type { Words } from '../../platform/i18n.ts';
import { type PresentationOutcome, requestMinutes, type Wallets } from '../../wallets/index.ts';
import type { Page, Render } from '../render.ts';
import { qrDrawing } from './qr-drawing.ts';
import { verdictKinds } from './verdict-words.ts';

type PresentationPagesDeps = {
  render: Render;
  wallets: Pick<Wallets, 'presenting'>;
  limits: Pick<RateLimits, 'perAddress'>;
};

/** Each stores a request for minutes; a person makes one at a time. */
const askLimit = { name: 'presentation-requests', points: 20, seconds: 60, shared: false };
/** A page that waits loads itself again this often, in seconds. */
const again = 5;
const lookLimit = { name: 'presentation-pages', points: 120, seconds: 60, shared: false };

/** The word over an outcome, its sentence, and the page of the certificate where it is one of ours. */
const outcomeView = (outcome: PresentationOutcome, words: Words) => {
  switch (outcome.kind) {
    case 'declined':
    case 'not-theirs': {
      const key = `wallets:presenting.${outcome.kind === 'declined' ? 'declined' : outcome.why}`;
      const kind =
        outcome.kind === 'not-theirs' && outcome.why === 'other-holder' ? 'not-valid' : 'could-not-check';
      return { kind, title: words(`${key}.title`), sentence: words(`${key}.sentence`) };
    }
    case 'presented': {
      const { verdict, identifier } = outcome;
      const good = verdict === 'verified';
      const kind = verdictKinds[verdict];
      return {
        good,
        kind,
        title: words(good ? 'wallets:presenting.good.title' : `verify:verdicts.${verdict}.title`),
        sentence: words(`wallets:presenting.${good ? 'good' : 'other'}.${good ? 'sentence' : kind}`),
        identifier,
      };
    }
  }
};

/** Where somebody asks a holder to present a certificate from a wallet, and sees what came of it. Public, without cookie. */
export const createPresentationPages = ({ render, wallets, limits }: PresentationPagesDeps): Router => {
  const show = (request: Request, response: Response, page: Page): void => {
    response.set('Cache-Control', 'no-store');
    render(request, response, { ...page, noindex: true });
  };

  const showForm: RequestHandler = (request, response) => {
    const title = contextOf(response).words('wallets:presenting.title');
    render(request, response, { view: 'presentations/ask', title, data: { minutes: requestMinutes } });
  };

  const ask: RequestHandler = async (_request, response) => {
    const page = await wallets.presenting.ask();
    response.redirect(303, `/${contextOf(response).language}/verify/presentations/${page}`);
  };

  const showRequest: RequestHandler<{ page: string }> = async (request, response) => {
    const { words } = contextOf(response);
    const { link, expiresAt, outcome } = await wallets.presenting.show(request.params.page);
    if (outcome) {
      const title = words('wallets:presenting.result');
      return show(request, response, {
        view: 'presentations/result',
        title,
        data: { outcome: outcomeView(outcome, words) },
      });
    }
    // Works without a script; whoever is disturbed by it stops it on the page.
    const still = request.query.reload === 'no';
    if (!still) response.set('Refresh', String(again));
    show(request, response, {
      view: 'presentations/waiting',
      title: words('wallets:presenting.waiting'),
      data: {
        link,
        expiresAt,
        still,
        code: qrDrawing(link, 'L'),
        path: `/verify/presentations/${request.params.page}`,
      },
    });
  };

  const showEnded: RequestHandler<{ page: string }> = async (request, response, next) => {
    try {
      await showRequest(request, response, next);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'presentation-request-ended')) throw error;
      const title = contextOf(response).words('wallets:presenting.ended.title');
      show(request, response, { view: 'presentations/ended', title, status: 410 });
    }
  };

  const router = Router();
  router.get('/verify/presentation', showForm);
  router.post('/verify/presentation', limits.perAddress(askLimit), ask);
  router.get('/verify/presentations/:page', limits.perAddress(lookLimit), showEnded);
  return router;
};
