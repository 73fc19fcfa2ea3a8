import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { type SignInRefusal, signedInAccount } from '../../accounts/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import { check } from '../../platform/http/validate.ts';
import {
  type AccountPagesDeps,
  accountForm,
  addressLimits,
  goTo,
  nextQuery,
  noticeOf,
  wantedPage,
} from './account-deps.ts';

const signInForm = z.strictObject({
  email: z.string().trim().min(1).max(254),
  password: z.string().min(1).max(1000),
  next: z.string().max(2000).optional(),
});

const notices = ['confirmed', 'password'] as const;

/** A refusal is a fault of the form as a whole: which field is wrong would already say too much. */
const faultOf: Record<SignInRefusal, FieldFault> = {
  wrong: { pointer: '/', code: 'sign-in-wrong' },
  'not-confirmed': { pointer: '/', code: 'sign-in-not-confirmed' },
  locked: { pointer: '/', code: 'sign-in-locked' },
};

export const createSignInPages = ({ render, accounts, limits }: AccountPagesDeps): Router => {
  type Shown = { values?: unknown; faults?: readonly FieldFault[]; next: unknown; refusal?: SignInRefusal };

  const show = (
    request: Request,
    response: Response,
    { values, faults = [], next, refusal }: Shown,
  ): void => {
    if (refusal && !wantsHtml(request)) throw new DomainError('unauthenticated', 'not-signed-in');
    render(request, response, {
      view: 'account/sign-in',
      title: contextOf(response).words('account:sign-in.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        form: accountForm(response, values, faults),
        next: wantedPage(next),
        nextQuery: nextQuery(wantedPage(next)),
        notice: faults.length > 0 ? undefined : noticeOf(request, notices),
        resend: refusal === 'not-confirmed',
        locked: refusal === 'locked',
      },
    });
  };

  const signIn: RequestHandler = async (request, response) => {
    const { body } = request as { body: Record<string, unknown> | undefined };
    const form = check(signInForm, body);
    const next = body?.next;
    if (!form.ok) return show(request, response, { values: body, faults: form.faults, next });
    const result = await accounts.signIn(request, response);
    if (typeof result === 'string') {
      return show(request, response, { values: body, faults: [faultOf[result]], next, refusal: result });
    }
    const path = wantedPage(next);
    if (path) goTo(response, path);
    else response.redirect(303, `/${result.language}/learn`);
  };

  const signOut: RequestHandler = async (request, response) => {
    await accounts.signOut(request);
    // Pages of the account that the browser keeps for its back button (ASVS 5.0, 14.3.1).
    response.set('Clear-Site-Data', '"cache"');
    goTo(response, '/');
  };

  const router = Router();
  router.get('/sign-in', (request, response) => {
    const { next } = request.query;
    if (signedInAccount(request)) return goTo(response, wantedPage(next) ?? '/learn');
    show(request, response, { next });
  });
  router.post('/sign-in', limits.perAddress(addressLimits.signIn), signIn);
  router.post('/sign-out', signOut);
  return router;
};
