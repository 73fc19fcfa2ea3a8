import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireSignIn } from '../../accounts/index.ts';
import { type Issuer, visibilities } from '../../issuer/index.ts';
import type { Learning } from '../../learning/index.ts';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check, validate } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type CertificateLifeDeps = {
  render: Render;
  issuer: Pick<Issuer, 'certificate' | 'corrections' | 'lifetime'>;
  learning: Pick<Learning, 'renew'>;
};

const nameForm = z.strictObject({
  name: z.string().max(200),
  step: z.enum(['look', 'confirm', 'change']),
});
const requestForm = z.strictObject({
  name: z.string().max(200),
  explanation: z.string().trim().min(1).max(1000),
});
const visibilityForm = z.strictObject({ visibility: z.enum(visibilities) });

/** The faults of a rule that said no to a field; anything else is not for the form to show. */
const faultsOf = (error: unknown): readonly FieldFault[] => {
  if (error instanceof DomainError && error.errors.length > 0) return error.errors;
  throw error;
};

/** What a holder does with a certificate that stands: correct the name, choose who sees it, renew it. */
export const createCertificateLifePages = ({ render, issuer, learning }: CertificateLifeDeps): Router => {
  const router = Router();
  const { corrections, lifetime } = issuer;

  const heldIn = (request: Request) => ({
    identifier: String(request.params.identifier),
    accountId: accountOf(request).id,
  });

  const back = (response: Response, identifier: string, after = ''): void =>
    response.redirect(303, `/${contextOf(response).language}/certificates/${identifier}${after}`);

  /** `asking`: the form that goes to staff, also where the holder might do it alone. */
  const showName = async (
    request: Request,
    response: Response,
    {
      faults = [],
      asking = false,
      confirm,
    }: { faults?: readonly FieldFault[]; asking?: boolean; confirm?: string } = {},
  ): Promise<void> => {
    const { words } = contextOf(response);
    const held = heldIn(request);
    const standing = await corrections.standing(held);
    const certificate = await issuer.certificate(held.identifier);
    if (!certificate || certificate.state === 'redacted') throw notFound();
    if (certificate.supersededBy) return back(response, certificate.supersededBy);
    const labels = {
      name: words('certificates:name.field'),
      explanation: words('certificates:name.explanation'),
    };
    const typed = (request.body ?? {}) as object;
    render(request, response, {
      view: confirm === undefined ? 'certificates/name' : 'certificates/name-confirm',
      title: words(confirm === undefined ? 'certificates:name.title' : 'certificates:name.confirm-title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        certificate,
        standing,
        confirm,
        selfService: standing.kind === 'self-service' && !asking,
        asking: standing.kind === 'request' || (standing.kind === 'self-service' && asking),
        // The accounts of the page may have changed since: what is offered is the name as it stands.
        form: formOf({ values: { name: certificate.holderName, ...typed }, faults, words, labels }),
      },
    });
  };

  const correct: RequestHandler = async (request, response) => {
    const form = check(nameForm, request.body);
    if (!form.ok) return showName(request, response, { faults: form.faults });
    const { name, step } = form.value;
    if (step === 'change') return showName(request, response);
    const choice = { ...heldIn(request), name };
    try {
      if (step === 'confirm') return back(response, await corrections.correct(choice), '?done=name');
      await showName(request, response, { confirm: await corrections.judge(choice) });
    } catch (error) {
      const faults = faultsOf(error);
      await showName(request, response, { faults });
    }
  };

  const ask: RequestHandler = async (request, response) => {
    const form = check(requestForm, request.body);
    if (!form.ok) return showName(request, response, { faults: form.faults, asking: true });
    const held = heldIn(request);
    try {
      await corrections.request({ ...held, ...form.value });
      back(response, held.identifier, '/name');
    } catch (error) {
      await showName(request, response, { faults: faultsOf(error), asking: true });
    }
  };

  const setVisibility: RequestHandler = async (request, response) => {
    const { visibility } = validate(visibilityForm, request.body);
    const held = heldIn(request);
    await lifetime.setVisibility({ ...held, visibility });
    back(response, held.identifier, '?done=visibility');
  };

  const renew: RequestHandler = async (request, response) => {
    const { identifier, accountId } = heldIn(request);
    const certificate = await issuer.certificate(identifier);
    if (!certificate || certificate.state === 'redacted' || certificate.accountId !== accountId)
      throw notFound();
    const behind = await lifetime.enrolmentBehind(identifier);
    if (!behind) throw new DomainError('conflict', 'not-renewable');
    const { enrolmentId } = await learning.renew({ accountId, enrolmentId: behind });
    response.redirect(303, `/${contextOf(response).language}/learn/${enrolmentId}`);
  };

  router.use('/certificates', requireSignIn);
  router.get('/certificates/:identifier/name', (request, response) =>
    showName(request, response, { asking: request.query.ask === 'yes' }),
  );
  router.post('/certificates/:identifier/name', correct);
  router.post('/certificates/:identifier/name-request', ask);
  router.post('/certificates/:identifier/visibility', setVisibility);
  router.post('/certificates/:identifier/renew', renew);
  return router;
};
