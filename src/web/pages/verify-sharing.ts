import { type RequestHandler, type Response, Router } from 'express';
import type { Desk, Finding } from '../../desk/index.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import type { Render } from '../render.ts';
import { verifyLimit } from './verify.ts';
import { erasedView, reportView } from './verify-view.ts';

type Deps = { render: Render; desk: Pick<Desk, 'lookUp' | 'card'>; limits: RateLimits; baseUrl: string };

/** This one page may stand in the pages of others: it runs nothing, sends nothing and knows nobody. */
const framedPolicy =
  "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors *";

const allowFraming = (response: Response): void => {
  response.removeHeader('X-Frame-Options');
  response.set({
    'Content-Security-Policy': framedPolicy,
    'Cross-Origin-Resource-Policy': 'cross-origin',
    'Cache-Control': 'no-store',
  });
};

const viewOf = (found: Finding, words: Words) => {
  if (found.kind === 'report') {
    const { kind, title } = reportView(found.report, found.identifier, words);
    const { facts } = found.report;
    const awarded = facts?.validFrom && formats(words.language).date(new Date(facts.validFrom));
    return {
      kind,
      title,
      name: facts?.holderName,
      achievement: facts?.achievementName,
      achievementLanguage: facts?.language,
      awarded,
    };
  }
  if (found.kind === 'erased') {
    const { kind, title } = erasedView(found.record, found.identifier, words);
    return { kind, title };
  }
  return found.kind === 'private'
    ? { kind: 'could-not-check', title: words('verify:private.title') }
    : { kind: 'not-valid', title: words('verify:unknown.title') };
};

/** What holders show elsewhere: a small page to be framed, and the picture of a shared address. */
export const createVerifySharingPages = ({ render, desk, limits, baseUrl }: Deps): Router => {
  const router = Router();
  const perAddress = limits.perAddress(verifyLimit);

  const embed: RequestHandler<{ identifier: string }> = async (request, response) => {
    const { words, language } = contextOf(response);
    const found = await desk.lookUp(request.params.identifier);
    const isKnown = found.kind !== 'unknown' && found.kind !== 'unreadable';
    const number = isKnown ? found.identifier : undefined;
    const view = viewOf(found, words);
    allowFraming(response);
    render(request, response, {
      view: 'verify/embed',
      title: view.title,
      status: isKnown ? 200 : 404,
      frameless: true,
      noindex: true,
      data: { ...view, address: `${baseUrl}/${language}${number ? `/v/${number}` : '/verify'}` },
    });
  };

  const card: RequestHandler<{ identifier: string }> = async (request, response) => {
    const bytes = await desk.card(request.params.identifier);
    if (!bytes) throw notFound();
    response.set({ 'Cache-Control': 'public, max-age=3600', 'Cross-Origin-Resource-Policy': 'cross-origin' });
    response.type('image/png').send(Buffer.from(bytes));
  };

  router.get('/v/:identifier/embed', perAddress, embed);
  router.get('/v/:identifier/card.png', perAddress, card);
  return router;
};
