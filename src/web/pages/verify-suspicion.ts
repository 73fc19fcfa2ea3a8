import { createHash } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { type Limit, networkOf, type RateLimits } from '../../platform/http/rate-limits.ts';
import { check } from '../../platform/http/validate.ts';
import { type Support, type TicketFile, ticketFileOf } from '../../support/index.ts';
import { maxInputBytes } from '../../verifier/index.ts';
import { formOf } from '../form.ts';
import { readUpload } from '../read-upload.ts';
import type { Render } from '../render.ts';

type Deps = { render: Render; support: Pick<Support, 'submit'>; limits: RateLimits };

/** Reports that were taken in, not tries. */
const perAddress: Limit = { name: 'suspicion', points: 5, seconds: 3600, shared: true };
/** Our acknowledgement must not become a way to pester somebody else's mailbox: counted with the contact form. */
const perMailbox: Limit = { name: 'contact-mailbox', points: 5, seconds: 3600, shared: true };
/** Bodies that are read at all. */
const perUpload: Limit = { name: 'suspicion-upload', points: 20, seconds: 60, shared: false };

const formLimits = { maxFileBytes: maxInputBytes, maxFieldBytes: 20_000, maxFiles: 1 };

const text = (most: number) => z.string().trim().max(most);
const suspicionForm = z.strictObject({
  identifier: text(200).optional(),
  verdict: text(40).optional(),
  seen: text(5000).min(10),
  email: z.literal('').or(z.string().trim().max(254).pipe(z.email())).optional(),
  /** A trap: no person sees this field. */
  website: z.string().max(0, 'left-empty').optional(),
});

const hashed = (value: string): string => createHash('sha256').update(value).digest('base64url');

const toForm = (fault: FieldFault): FieldFault =>
  ['/website', '/identifier', '/verdict'].includes(fault.pointer) ? { ...fault, pointer: '' } : fault;

/** “This looks fake”: whoever doubts what they were shown tells us, from any verdict, without an account. */
export const createVerifySuspicionPages = ({ render, support, limits }: Deps): Router => {
  const router = Router();

  const show = (
    request: Request,
    response: Response,
    values: Readonly<Record<string, unknown>>,
    faults: readonly FieldFault[] = [],
  ): void => {
    const { words } = contextOf(response);
    const labels = Object.fromEntries(
      ['seen', 'email', 'file'].map((field) => [field, words(`suspicion:form.${field}`)]),
    );
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: 'verify/suspicion',
      title: words('suspicion:title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: { form: formOf({ values: { ...values, website: '' }, faults, words, labels }) },
    });
  };

  const fileIn = (bytes: Uint8Array | undefined): TicketFile | 'refused' | undefined =>
    bytes === undefined ? undefined : (ticketFileOf(bytes) ?? 'refused');

  const take = async (request: Request, response: Response): Promise<void> => {
    const { fields, files } = await readUpload(request, formLimits);
    const file = fileIn(files.file);
    const form = check(suspicionForm, { ...fields });
    const faults = [
      ...(form.ok ? [] : form.faults.map(toForm)),
      ...(file === 'refused' ? [{ pointer: '/file', code: 'suspicion-file' }] : []),
    ];
    if (!form.ok || file === 'refused') return show(request, response, fields, faults);
    const { seen, email, identifier, verdict } = form.value;
    await limits.consume(perAddress, networkOf(request.ip));
    if (email) await limits.consume(perMailbox, hashed(email.toLowerCase()));
    const { language } = contextOf(response);
    const ticket = await support.submit({
      topic: 'suspected-fake',
      message: seen,
      language,
      suspicion: { ...(identifier ? { identifier } : {}), ...(verdict ? { verdict } : {}) },
      ...(email ? { email } : {}),
      ...(file ? { file } : {}),
    });
    response.redirect(303, `/${language}/verify/suspicion/sent/${ticket.number}`);
  };

  const submit: RequestHandler = async (request, response) => {
    try {
      await take(request, response);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'too-large')) throw error;
      show(request, response, {}, [{ pointer: '/file', code: 'verify-too-large' }]);
    }
  };

  router.get('/verify/suspicion', (request, response) => {
    const { identifier, verdict } = request.query;
    show(request, response, { identifier, verdict });
  });
  router.post('/verify/suspicion', limits.perAddress(perUpload), submit);
  router.get('/verify/suspicion/sent/:number', (request, response) => {
    const { number } = request.params;
    // The page repeats what stands in its address, so nothing but a number may stand there.
    if (!/^S-\d{4}-\d{6,9}$/.test(number)) throw notFound();
    const title = contextOf(response).words('suspicion:sent.title');
    render(request, response, { view: 'verify/suspicion-sent', title, noindex: true, data: { number } });
  });
  return router;
};
