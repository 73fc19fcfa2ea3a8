import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { emailAddress, passwordLength } from '../../accounts/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import { check } from '../../platform/http/validate.ts';
import {
  type AccountPagesDeps,
  accountForm,
  addressLimits,
  faultsOf,
  goTo,
  nextQuery,
  rememberedWanted,
} from './account-deps.ts';

const addressForm = z.strictObject({ email: emailAddress });
const passwordForm = z.strictObject({ password: z.string().min(1).max(1000) });

type Kind = 'confirm-address' | 'reset-password';

const isSpent = (error: unknown): boolean => error instanceof DomainError && error.code === 'link-spent';

/**
 * What the links in letters lead to. Looking at such a page changes nothing, since mail scanners look too; its button
 * acts. Also the request for a new password.
 */
export const createLinkPages = ({ render, accounts, limits }: AccountPagesDeps): Router => {
  const tokenOf = (request: Request): string => String(request.params.token);

  const showSpent = (request: Request, response: Response, kind: Kind): void => {
    if (!wantsHtml(request)) throw new DomainError('gone', 'link-spent');
    const { words } = contextOf(response);
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: 'account/link-spent',
      title: words('account:spent.title'),
      status: 410,
      noindex: true,
      data: { form: accountForm(response), confirming: kind === 'confirm-address' },
    });
  };

  const showConfirm: RequestHandler = async (request, response) => {
    const token = tokenOf(request);
    if (!(await accounts.isLinkUsable(token, 'confirm-address'))) {
      return showSpent(request, response, 'confirm-address');
    }
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: 'account/confirm',
      title: contextOf(response).words('account:confirm.title'),
      noindex: true,
      data: { token },
    });
  };

  const confirm: RequestHandler = async (request, response) => {
    try {
      await accounts.confirmAddress(tokenOf(request));
    } catch (error) {
      if (isSpent(error)) return showSpent(request, response, 'confirm-address');
      throw error;
    }
    const next = rememberedWanted(request);
    goTo(response, `/sign-in${next ? `${nextQuery(next)}&` : '?'}notice=confirmed`);
  };

  const drawReset = (request: Request, response: Response, faults: readonly FieldFault[]): void => {
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: 'account/reset-password',
      title: contextOf(response).words('account:reset.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { token: tokenOf(request), form: accountForm(response, {}, faults), passwordLength },
    });
  };

  const showReset: RequestHandler = async (request, response) => {
    const usable = await accounts.isLinkUsable(tokenOf(request), 'reset-password');
    if (!usable) return showSpent(request, response, 'reset-password');
    drawReset(request, response, []);
  };

  const reset: RequestHandler = async (request, response) => {
    const form = check(passwordForm, request.body);
    if (!form.ok) return drawReset(request, response, form.faults);
    try {
      await accounts.resetPassword(tokenOf(request), form.value.password);
    } catch (error) {
      if (isSpent(error)) return showSpent(request, response, 'reset-password');
      return drawReset(request, response, faultsOf(error));
    }
    goTo(response, '/sign-in?notice=password');
  };

  const showForgotten = (
    request: Request,
    response: Response,
    values: unknown,
    faults: readonly FieldFault[],
  ): void => {
    render(request, response, {
      view: 'account/forgot-password',
      title: contextOf(response).words('account:forgot.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { form: accountForm(response, values, faults) },
    });
  };

  const askForReset: RequestHandler = async (request, response) => {
    const form = check(addressForm, request.body);
    if (!form.ok) return showForgotten(request, response, request.body, form.faults);
    await accounts.requestPasswordReset(form.value.email);
    goTo(response, '/forgot-password/sent');
  };

  const router = Router();
  const perAddress = limits.perAddress(addressLimits.links);
  router.get('/confirm/:token', perAddress, showConfirm);
  router.post('/confirm/:token', perAddress, confirm);
  router.get('/reset-password/:token', perAddress, showReset);
  router.post('/reset-password/:token', perAddress, reset);
  router.get('/forgot-password', (request, response) => showForgotten(request, response, {}, []));
  router.post('/forgot-password', limits.perAddress(addressLimits.letters), askForReset);
  router.get('/forgot-password/sent', (request, response) =>
    render(request, response, {
      view: 'account/forgot-password-sent',
      title: contextOf(response).words('account:forgot-sent.title'),
      noindex: true,
    }),
  );
  return router;
};
