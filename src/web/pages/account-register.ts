import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { emailAddress, passwordFault, passwordLength, signedInAccount } from '../../accounts/index.ts';
import { countryOptions } from '../../platform/countries.ts';
import { type FieldFault, invalid } from '../../platform/errors.ts';
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
  rememberWanted,
  wantedPage,
} from './account-deps.ts';
import { languageOptions, readRegistration } from './account-profile-form.ts';

const textIn = (body: unknown, name: string): string => {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value : '';
};

/** Where the visitor was going: in the address on the way here, in the form from here on. */
const nextOf = ({ method, query, body }: Request): unknown =>
  method === 'POST' ? textIn(body, 'next') : query.next;

const resendForm = z.strictObject({ email: emailAddress });

/** Opening an account and waiting for its letter. What the pages say never depends on whether an address is known. */
export const createRegisterPages = ({ render, accounts, limits, operator }: AccountPagesDeps): Router => {
  const showForm = (request: Request, response: Response, values: unknown, faults: readonly FieldFault[]) => {
    if (faults.length > 0 && !wantsHtml(request)) throw invalid(faults);
    const { words } = contextOf(response);
    render(request, response, {
      view: 'account/register',
      title: words('account:register.title'),
      status: faults.length > 0 ? 422 : 200,
      data: {
        form: accountForm(response, values, faults),
        countries: countryOptions(words.language),
        languages: languageOptions(words),
        passwordLength,
        next: wantedPage(nextOf(request)),
        nextQuery: nextQuery(wantedPage(nextOf(request))),
      },
    });
  };

  const showSent = (request: Request, response: Response, values: unknown, faults: readonly FieldFault[]) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'account/register-sent',
      title: words('account:sent.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { form: accountForm(response, values, faults), again: request.query.again === 'yes' },
    });
  };

  /** The password beside other faults, so that all are told at once. */
  const passwordFaults = (body: unknown): readonly FieldFault[] => {
    const fault = passwordFault(textIn(body, 'password'), {
      givenName: textIn(body, 'givenName'),
      familyName: textIn(body, 'familyName'),
      email: textIn(body, 'email'),
      operator,
    });
    return fault ? [fault] : [];
  };

  const register: RequestHandler = async (request, response) => {
    const { next, ...typed } = (request.body ?? {}) as Record<string, unknown>;
    const form = readRegistration(typed);
    if (!form.ok) {
      return showForm(request, response, request.body, [...form.faults, ...passwordFaults(request.body)]);
    }
    try {
      await accounts.register(form.value);
    } catch (error) {
      return showForm(request, response, request.body, faultsOf(error));
    }
    rememberWanted(request, next);
    goTo(response, '/register/sent');
  };

  const resend: RequestHandler = async (request, response) => {
    const form = check(resendForm, request.body);
    if (!form.ok) return showSent(request, response, request.body, form.faults);
    await accounts.resendConfirmation(form.value.email);
    goTo(response, '/register/sent?again=yes');
  };

  const router = Router();
  router.get('/register', (request, response) => {
    if (signedInAccount(request)) return goTo(response, wantedPage(request.query.next) ?? '/learn');
    showForm(request, response, { language: contextOf(response).language }, []);
  });
  router.post('/register', limits.perAddress(addressLimits.register), register);
  const showWaiting: RequestHandler = (request, response) => showSent(request, response, {}, []);
  router.get('/register/sent', showWaiting);
  // Where a page stays that told of a fault: reloading it or switching its language asks for this address.
  router.get('/confirm', showWaiting);
  router.post('/confirm', limits.perAddress(addressLimits.letters), resend);
  return router;
};
