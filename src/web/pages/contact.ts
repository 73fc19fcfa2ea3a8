import { createHash } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { fullName, signedInAccount } from '../../accounts/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { type Limit, networkOf, type RateLimits } from '../../platform/http/rate-limits.ts';
import { check } from '../../platform/http/validate.ts';
import { contactTopics, type Support } from '../../support/index.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type ContactDeps = {
  render: Render;
  support: Pick<Support, 'submit'>;
  limits: RateLimits;
  clock: Clock;
};

/** Messages that were taken in, not tries: a form sent back for a missing field costs nothing. */
const perAddress: Limit = { name: 'contact', points: 5, seconds: 3600, shared: true };
/** Our acknowledgement must not become a way to pester somebody else's mailbox. */
const perMailbox: Limit = { name: 'contact-mailbox', points: 5, seconds: 3600, shared: true };

/** Nobody reads and fills this form faster. */
const fewestSeconds = 3;

/** The name goes into a letter of ours: no line of its own, no link, no address in it. */
const personName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .refine((name) => !/[\p{Cc}<>@/\\]|www\.|:\/\//u.test(name), 'not-a-name');

const contactForm = z.strictObject({
  name: personName,
  email: z.string().trim().max(254).pipe(z.email()),
  topic: z.enum(contactTopics),
  message: z.string().trim().min(10).max(5000),
  /** A trap: no person sees this field. */
  website: z.string().max(0, 'left-empty').optional(),
});

type Opened = { contactOpenedAt?: number };

/** The session remembers when its form was first opened; without sessions (tests of pages) there is no trap. */
const openingOf = (request: Request): Opened => (request.session ?? {}) as unknown as Opened;

/** A person cannot see the trap, so its fault is told of the whole form. */
const toForm = (fault: FieldFault): FieldFault =>
  fault.pointer === '/website' ? { ...fault, pointer: '' } : fault;

const hashed = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Writing to the operator, with or without an account. */
export const createContactPages = ({ render, support, limits, clock }: ContactDeps): Router => {
  const router = Router();

  const show = (request: Request, response: Response, values: unknown, faults: readonly FieldFault[]) => {
    const { words } = contextOf(response);
    const labels = Object.fromEntries(
      ['name', 'email', 'topic', 'message'].map((field) => [field, words(`support:contact.${field}`)]),
    );
    // The trap is emptied: a browser that filled it for a person must not fill it for ever.
    const kept = { ...(values as Record<string, unknown>), website: '' };
    render(request, response, {
      view: 'support/contact',
      title: words('support:contact.title'),
      status: faults.length > 0 ? 422 : 200,
      data: {
        form: formOf({ values: kept, faults, words, labels }),
        topics: contactTopics.map((topic) => ({ value: topic, label: words(`support:topics.${topic}`) })),
      },
    });
  };

  const isTooFast = (request: Request): boolean => {
    const { contactOpenedAt } = openingOf(request);
    return contactOpenedAt !== undefined && clock.now().getTime() - contactOpenedAt < fewestSeconds * 1000;
  };

  router.get('/contact', (request, response) => {
    openingOf(request).contactOpenedAt ??= clock.now().getTime();
    const account = signedInAccount(request);
    const own = account ? { name: fullName(account), email: account.email } : {};
    show(request, response, { ...own, topic: request.query.topic }, []);
  });

  router.post('/contact', async (request, response) => {
    const form = check(contactForm, request.body);
    if (!form.ok) return show(request, response, request.body, form.faults.map(toForm));
    if (isTooFast(request)) {
      return show(request, response, request.body, [{ pointer: '', code: 'sent-at-once' }]);
    }
    const { website: _trap, ...message } = form.value;
    await limits.consume(perAddress, networkOf(request.ip));
    await limits.consume(perMailbox, hashed(message.email.toLowerCase()));
    const { language } = contextOf(response);
    const accountId = signedInAccount(request)?.id;
    const ticket = await support.submit({ ...message, language, ...(accountId ? { accountId } : {}) });
    response.redirect(303, `/${language}/contact/sent/${ticket.number}`);
  });

  router.get('/contact/sent/:number', (request, response) => {
    const { number } = request.params;
    // The page repeats what stands in its address, so nothing but a number may stand there.
    if (!/^S-\d{4}-\d{6,9}$/.test(number)) throw notFound();
    const { words } = contextOf(response);
    render(request, response, {
      view: 'support/sent',
      title: words('support:sent.title'),
      noindex: true,
      data: { number },
    });
  });

  return router;
};
