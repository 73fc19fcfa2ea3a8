import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { type Accounts, accountOf, requireRole } from '../../accounts/index.ts';
import { type Correction, type Issuer, refusalReasons } from '../../issuer/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

export type StaffCorrectionDeps = {
  render: Render;
  issuer: Pick<Issuer, 'certificate' | 'corrections'>;
  accounts: Pick<Accounts, 'nameOf'>;
};

const refuseForm = z.strictObject({
  decision: z.literal('refuse'),
  reason: z.enum(refusalReasons),
  message: z.string().trim().max(1000),
});
const approveForm = z.object({ decision: z.literal('approve') });

const shownAtMost = 100;

/** The queue of names to be corrected: for support, examiners and administrators. */
export const createStaffCorrectionPages = ({ render, issuer, accounts }: StaffCorrectionDeps): Router => {
  const router = Router();
  const { corrections } = issuer;
  const staff = requireRole('support', 'examiner', 'administrator');

  const correctionIn = async (request: Request): Promise<Correction> => {
    const correction = await corrections.correction(String(request.params.correctionId));
    if (!correction) throw notFound();
    return correction;
  };

  const printedName = async ({ certificate }: Correction): Promise<string> => {
    const found = await issuer.certificate(certificate);
    return found && found.state !== 'redacted' ? found.holderName : '';
  };

  const showList: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const pending = await corrections.pending(shownAtMost);
    const rows = pending.map(async (one) => ({ ...one, printed: await printedName(one) }));
    render(request, response, {
      view: 'staff/corrections',
      title: words('staff:corrections.title'),
      wide: true,
      noindex: true,
      data: { corrections: await Promise.all(rows) },
    });
  };

  const showOne = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words } = contextOf(response);
    const correction = await correctionIn(request);
    const labels = {
      reason: words('staff:corrections.reason'),
      message: words('staff:corrections.message'),
    };
    render(request, response, {
      view: 'staff/correction',
      title: words('staff:corrections.one'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        correction,
        printed: await printedName(correction),
        account: await accounts.nameOf(correction.accountId),
        pending: correction.state === 'pending',
        reasons: refusalReasons.map((value) => ({ value, label: words(`certificates:refusals.${value}`) })),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const decide: RequestHandler = async (request, response) => {
    const { id } = await correctionIn(request);
    const by = accountOf(request).id;
    if (approveForm.safeParse(request.body).success) await corrections.approve({ id, by });
    else {
      const form = check(refuseForm, request.body);
      if (!form.ok) return showOne(request, response, form.faults);
      const { reason, message } = form.value;
      await corrections.refuse({ id, by, reason, ...(message ? { message } : {}) });
    }
    response.redirect(303, `/${contextOf(response).language}/staff/corrections/${id}`);
  };

  router.get('/staff/corrections', staff, showList);
  router.get('/staff/corrections/:correctionId', staff, (request, response) => showOne(request, response));
  router.post('/staff/corrections/:correctionId', staff, decide);
  return router;
};
