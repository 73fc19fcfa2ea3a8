import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type Accounts, accountOf, requireSignIn } from '../../accounts/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Limit, RateLimits } from '../../platform/http/rate-limits.ts';
import { check } from '../../platform/http/validate.ts';
import type { Privacy } from '../../privacy/index.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type AccountPrivacyDeps = {
  render: Render;
  privacy: Pick<Privacy, 'exportFor' | 'planErasure' | 'requestErasure'>;
  accounts: Pick<Accounts, 'passwordMatches' | 'signOut' | 'assertMayClose'>;
  limits: RateLimits;
  clock: Clock;
};

/** An export draws every PDF of the person: five an hour are plenty for them and no burden for others. */
const exportLimit: Limit = { name: 'export', points: 5, seconds: 3600, shared: true };
/** Whoever sits down at an open session must not guess the password here. */
const passwordLimit: Limit = { name: 'erase-password', points: 10, seconds: 3600, shared: true };

const erasureForm = z.strictObject({
  password: z.string().min(1).max(1000),
  confirmed: z.literal('yes', 'must-accept'),
});

/** What a person sees, takes along and erases of their own data. */
export const createAccountPrivacyPages = (deps: AccountPrivacyDeps): Router => {
  const { render, privacy, accounts, limits, clock } = deps;
  const router = Router();

  const showErasure = async (request: Request, response: Response, faults: readonly FieldFault[]) => {
    const { words } = contextOf(response);
    const plan = await privacy.planErasure(accountOf(request).id);
    const labels = {
      password: words('privacy:erasure.password'),
      confirmed: words('privacy:erasure.confirm-short'),
    };
    render(request, response, {
      view: 'privacy/erase',
      title: words('privacy:erasure.title'),
      status: faults.length > 0 ? 422 : 200,
      data: { plan, form: formOf({ values: request.body, faults, words, labels }) },
    });
  };

  /** Every fault at once, except that a wrong password is told only when the rest is right. */
  const faultsOf = async (accountId: string, body: unknown): Promise<readonly FieldFault[]> => {
    const form = check(erasureForm, body);
    if (!form.ok) return form.faults;
    await limits.consume(passwordLimit, accountId);
    const matches = await accounts.passwordMatches(accountId, form.value.password);
    return matches ? [] : [{ pointer: '/password', code: 'password-wrong' }];
  };

  router.get('/account/privacy', requireSignIn, async (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'privacy/account',
      title: words('privacy:account.title'),
      data: { lines: await privacy.planErasure(accountOf(request).id) },
    });
  });

  router.post('/account/privacy/export', requireSignIn, async (request, response) => {
    const { id } = accountOf(request);
    const { language } = contextOf(response);
    await limits.consume(exportLimit, id);
    const zip = await privacy.exportFor(id, language);
    const day = clock.now().toISOString().slice(0, 10);
    response.set('Cache-Control', 'no-store');
    response.attachment(`my-data-${day}.zip`).type('application/zip').send(Buffer.from(zip));
  });

  router.get('/account/privacy/erase', requireSignIn, (request, response) =>
    showErasure(request, response, []),
  );

  router.post('/account/privacy/erase', requireSignIn, async (request, response) => {
    const { id } = accountOf(request);
    const faults = await faultsOf(id, request.body);
    if (faults.length > 0) return showErasure(request, response, faults);
    await accounts.assertMayClose(id);
    await privacy.requestErasure(id, id);
    await accounts.signOut(request);
    response.redirect(303, `/${contextOf(response).language}/erased`);
  });

  router.get('/erased', (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'privacy/erased',
      title: words('privacy:erased.title'),
      noindex: true,
    });
  });

  return router;
};
