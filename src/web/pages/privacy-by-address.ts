import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { emailAddress } from '../../accounts/index.ts';
import { DomainError, type FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import type { Limit, RateLimits } from '../../platform/http/rate-limits.ts';
import { check } from '../../platform/http/validate.ts';
import { addressLinkHours, type Privacy } from '../../privacy/index.ts';
import { formOf } from '../form.ts';
import type { Page, Render } from '../render.ts';

type Deps = { render: Render; privacy: Pick<Privacy, 'addressErasures'>; limits: RateLimits };

const path = '/privacy/certificates-by-address';
const addressForm = z.strictObject({ email: emailAddress });
const asking: Limit = { name: 'certificates-by-address', points: 10, seconds: 3600, shared: false };
const opening: Limit = { name: 'certificates-by-address-link', points: 60, seconds: 900, shared: false };

/**
 * How somebody without an account has erased what an organiser had issued to their address. The answer is the same for
 * every address; looking at the page behind the link changes nothing, since mail scanners look too.
 */
export const createPrivacyByAddressPages = ({ render, privacy, limits }: Deps): Router => {
  const { addressErasures } = privacy;
  const router = Router();

  const show = (
    request: Request,
    response: Response,
    name: 'sent' | 'confirm' | 'done' | 'spent',
    more: Pick<Page, 'data' | 'status'> = {},
  ): void => {
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: `privacy/by-address-${name}`,
      title: contextOf(response).words(`privacy:by-address.${name}.title`),
      noindex: true,
      ...more,
    });
  };

  const showForm = (
    request: Request,
    response: Response,
    values: unknown,
    faults: readonly FieldFault[],
  ): void => {
    const { words } = contextOf(response);
    const labels = { email: words('privacy:by-address.email') };
    render(request, response, {
      view: 'privacy/by-address',
      title: words('privacy:by-address.title'),
      status: faults.length > 0 ? 422 : 200,
      data: { form: formOf({ values: values as object, faults, words, labels }) },
    });
  };

  const ask: RequestHandler = async (request, response) => {
    const form = check(addressForm, request.body);
    if (!form.ok) return showForm(request, response, request.body, form.faults);
    const { language } = contextOf(response);
    await addressErasures.ask(form.value.email, language);
    response.redirect(303, `/${language}${path}/sent`);
  };

  /** A link that is no more has a page of its own; programs get the problem. */
  const withLink =
    (act: (secret: string, request: Request, response: Response) => Promise<void>): RequestHandler =>
    async (request, response) => {
      try {
        await act(String(request.params.secret), request, response);
      } catch (error) {
        const spent = error instanceof DomainError && error.code === 'link-spent' && wantsHtml(request);
        if (!spent) throw error;
        show(request, response, 'spent', { status: 410 });
      }
    };

  const preview = withLink(async (secret, request, response) => {
    const received = await addressErasures.preview(secret);
    show(request, response, 'confirm', { data: { received, secret } });
  });

  const erase = withLink(async (secret, request, response) => {
    await addressErasures.erase(secret);
    show(request, response, 'done');
  });

  router.get(path, (request, response) => showForm(request, response, {}, []));
  router.post(path, limits.perAddress(asking), ask);
  router.get(`${path}/sent`, (request, response) =>
    show(request, response, 'sent', { data: { hours: addressLinkHours } }),
  );
  router.get(`${path}/:secret`, limits.perAddress(opening), preview);
  router.post(`${path}/:secret`, limits.perAddress(opening), erase);
  return router;
};
