import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { ownPath, signedInAccount } from '../../accounts/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { sessionCookieName } from '../../platform/http/session.ts';
import { validate } from '../../platform/http/validate.ts';
import { acceptAll, choiceDays, type Privacy, refuseAll, writeChoice } from '../../privacy/index.ts';
import { choiceCookie, sendsPrivacySignal, standingChoice } from '../cookie-choice.ts';
import type { Render } from '../render.ts';

type CookiePagesDeps = {
  render: Render;
  privacy: Pick<Privacy, 'recordChoice'>;
  limits: RateLimits;
  baseUrl: string;
};

const choiceForm = z.strictObject({
  choice: z.enum(['accept', 'refuse']),
  from: z.enum(['banner', 'page']).default('page'),
  back: z.string().max(2000).optional(),
});

/** Enough for a class behind one address; a program that fills our register of proofs is stopped. */
const choiceLimit = { name: 'cookie-choice', points: 60, seconds: 60, shared: false };

const dayMilliseconds = 86_400_000;

/** The cookie choice: yes and no side by side, without script. */
export const createCookiePages = ({ render, privacy, limits, baseUrl }: CookiePagesDeps): Router => {
  const router = Router();
  const https = baseUrl.startsWith('https:');

  const stateOf = (request: Request): 'accepted' | 'refused' | 'signal' | 'none' => {
    const standing = standingChoice(request);
    if (standing.kind !== 'chosen') return standing.kind;
    return standing.choice.audience ? 'accepted' : 'refused';
  };

  const keepChoice = (response: Response, value: string): void => {
    response.cookie(choiceCookie, value, {
      maxAge: choiceDays * dayMilliseconds,
      path: '/',
      sameSite: 'lax',
      secure: https,
      httpOnly: true,
    });
  };

  router.get('/cookies', (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'privacy/cookies',
      title: words('privacy:cookies.title'),
      data: {
        state: stateOf(request),
        cookies: [
          { name: sessionCookieName(https), key: 'session' },
          { name: choiceCookie, key: 'choice' },
        ],
      },
    });
  });

  router.post('/cookies', limits.perAddress(choiceLimit), async (request, response) => {
    const { choice: answer, from, back } = validate(choiceForm, request.body);
    const { language } = contextOf(response);
    const choice = answer === 'accept' ? acceptAll : refuseAll;
    const accountId = signedInAccount(request)?.id;
    await privacy.recordChoice({
      choice,
      language,
      method: from,
      signal: sendsPrivacySignal(request),
      ...(accountId ? { accountId } : {}),
    });
    keepChoice(response, writeChoice(choice));
    response.redirect(303, `/${language}${ownPath(back, '/cookies')}`);
  });

  return router;
};
