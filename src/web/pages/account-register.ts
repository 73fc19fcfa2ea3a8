import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { emailAddress, passwordLength, signedInAccount } from '../../accounts/index.ts';
import { type FieldFault, invalid } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import { check } from '../../platform/http/validate.ts';
import { type AccountPagesDeps, accountForm, addressLimits, faultsOf, goTo } from './account-deps.ts';
import { countryOptions, languageOptions, readRegistration } from './account-profile-form.ts';

const resendForm = z.strictObject({ email: emailAddress });

/** Opening an account and waiting for its letter. What the pages say never depends on whether an address is known. */
export const createRegisterPages = ({ render, accounts, limits }: AccountPagesDeps): Router => {
  const showForm = (request: Request, response: Response, values: unknown, faults: readonly FieldFault[]) => {
    if (faults.length > 0 && !wantsHtml(request)) throw invalid(faults);
    const { words } = contextOf(response);
    render(request, response, {
      view: 'account/register',
      title: words('account:register.title'),
      status: faults.length > 0 ? 422 : 200,
      data: {
        form: accountForm(response, values, faults),
        countries: countryOptions(words),
        languages: languageOptions(words),
        passwordLength,
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

  const register: RequestHandler = async (request, response) => {
    const form = readRegistration(request.body);
    if (!form.ok) return showForm(request, response, request.body, form.faults);
    try {
      await accounts.register(form.value);
    } catch (error) {
      return showForm(request, response, request.body, faultsOf(error));
    }
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
    if (signedInAccount(request)) return goTo(response, '/account');
    showForm(request, response, { language: contextOf(response).language }, []);
  });
  router.post('/register', limits.perAddress(addressLimits.register), register);
  router.get('/register/sent', (request, response) => showSent(request, response, {}, []));
  router.post('/register/sent', limits.perAddress(addressLimits.letters), resend);
  return router;
};
