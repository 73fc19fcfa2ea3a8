import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import {
  type AccountSummary,
  accountOf,
  type LoginEvent,
  passwordLength,
  requireSignIn,
} from '../../accounts/index.ts';
import { countryOptions } from '../../platform/countries.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { type AccountPagesDeps, accountForm, faultsOf, goTo, noticeOf } from './account-deps.ts';
import { languageOptions, readProfile } from './account-profile-form.ts';

const passwordForm = z.strictObject({
  currentPassword: z.string().min(1).max(1000),
  newPassword: z.string().min(1).max(1000),
});

const notices = ['profile', 'password'] as const;
const shownLogins = 20;

const valuesOf = ({ givenName, familyName, country, language }: AccountSummary) => ({
  givenName,
  familyName,
  country,
  language,
  ...(givenName === '' ? { singleName: 'yes' } : {}),
});

/** The newest sign-ins as a table. */
export const loginTable = (words: Words, logins: readonly LoginEvent[]) => {
  const { dateTime } = formats(words.language);
  const heads = ['at', 'outcome', 'browser', 'network'] as const;
  return {
    columns: heads.map((name) => ({ label: words(`account:logins.${name}`) })),
    rows: logins
      .slice(0, shownLogins)
      .map(({ at, outcome, browser, network }) => [
        { text: dateTime(at) },
        { text: words(`account:outcomes.${outcome}`) },
        { text: browser === 'other' ? words('account:logins.other-browser') : browser },
        { text: network === 'unknown' ? words('account:logins.unknown-network') : network },
      ]),
  };
};

/** A person's own account: details, password, sign-ins, and the way to their data. */
export const createProfilePages = ({ render, accounts }: AccountPagesDeps): Router => {
  const overview: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const account = accountOf(request);
    render(request, response, {
      view: 'account/overview',
      title: words('account:overview.title'),
      noindex: true,
      data: {
        account,
        logins: loginTable(words, await accounts.loginHistory(account.id)),
        notice: noticeOf(request, notices),
      },
    });
  };

  const showProfile = (
    request: Request,
    response: Response,
    values: unknown,
    faults: readonly FieldFault[],
  ) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'account/profile',
      title: words('account:profile.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        form: accountForm(response, values, faults),
        countries: countryOptions(words.language),
        languages: languageOptions(words),
      },
    });
  };

  const saveProfile: RequestHandler = async (request, response) => {
    const form = readProfile(request.body);
    if (!form.ok) return showProfile(request, response, request.body, form.faults);
    await accounts.updateProfile(accountOf(request).id, form.value);
    response.redirect(303, `/${form.value.language}/account?notice=profile`);
  };

  const showPassword = (request: Request, response: Response, faults: readonly FieldFault[]): void => {
    render(request, response, {
      view: 'account/password',
      title: contextOf(response).words('account:password.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { form: accountForm(response, {}, faults), passwordLength, email: accountOf(request).email },
    });
  };

  const savePassword: RequestHandler = async (request, response) => {
    const form = check(passwordForm, request.body);
    if (!form.ok) return showPassword(request, response, form.faults);
    const { id } = accountOf(request);
    try {
      await accounts.changePassword(id, form.value.currentPassword, form.value.newPassword);
    } catch (error) {
      return showPassword(request, response, faultsOf(error));
    }
    await accounts.staySignedIn(request, id);
    goTo(response, '/account?notice=password');
  };

  const router = Router();
  router.get('/account', requireSignIn, overview);
  router.get('/account/profile', requireSignIn, (request, response) =>
    showProfile(request, response, valuesOf(accountOf(request)), []),
  );
  router.post('/account/profile', requireSignIn, saveProfile);
  router.get('/account/password', requireSignIn, (request, response) => showPassword(request, response, []));
  router.post('/account/password', requireSignIn, savePassword);
  return router;
};
