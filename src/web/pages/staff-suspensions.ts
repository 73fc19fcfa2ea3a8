import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import {
  type Certificate,
  type Issuer,
  isSuspendable,
  suspensionOf,
  suspensionReasons,
} from '../../issuer/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffSuspensionDeps = {
  render: Render;
  issuer: Pick<Issuer, 'certificate' | 'suspend' | 'liftSuspension'>;
};

const suspendForm = z.strictObject({
  reason: z.enum(suspensionReasons),
  note: z.string().trim().max(500),
});

/** Suspending a certificate for the time being, and lifting that: for examiners and administrators. */
export const createStaffSuspensionPages = ({ render, issuer }: StaffSuspensionDeps): Router => {
  const router = Router();
  const examiner = requireRole('examiner', 'administrator');

  const certificateIn = async (request: Request): Promise<Certificate> => {
    const certificate = await issuer.certificate(String(request.params.identifier));
    if (!certificate) throw notFound();
    return certificate;
  };

  const backTo = (response: Response, { identifier }: Certificate, done?: string): void => {
    const query = done === undefined ? '' : `?done=${done}`;
    response.redirect(303, `/${contextOf(response).language}/staff/certificates/${identifier}${query}`);
  };

  const showForm = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words } = contextOf(response);
    const certificate = await certificateIn(request);
    if (!isSuspendable(certificate)) return backTo(response, certificate);
    const labels = { reason: words('staff:suspend.reason'), note: words('staff:suspend.note') };
    render(request, response, {
      view: 'staff/suspend',
      title: words('staff:suspend.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        certificate,
        reasons: suspensionReasons.map((value) => ({
          value,
          label: words(`certificates:suspensions.${value}`),
        })),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const suspend: RequestHandler = async (request, response) => {
    const certificate = await certificateIn(request);
    const checked = check(suspendForm, request.body);
    if (!checked.ok) return showForm(request, response, checked.faults);
    const { reason, note } = checked.value;
    const { identifier } = certificate;
    await issuer.suspend({ identifier, by: accountOf(request).id, reason, ...(note ? { note } : {}) });
    backTo(response, certificate, 'suspended');
  };

  const lift: RequestHandler = async (request, response) => {
    const certificate = await certificateIn(request);
    const inForce = suspensionOf(certificate) !== undefined;
    await issuer.liftSuspension({ identifier: certificate.identifier, by: accountOf(request).id });
    backTo(response, certificate, inForce ? 'lifted' : undefined);
  };

  const path = '/staff/certificates/:identifier';
  router.use('/staff/certificates', examiner);
  router.get(`${path}/suspend`, (request, response) => showForm(request, response));
  router.post(`${path}/suspend`, suspend);
  router.post(`${path}/lift`, lift);
  return router;
};
