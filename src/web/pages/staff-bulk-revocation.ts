import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import { type Issuer, type RevocableState, readIdentifier, revocationReasons } from '../../issuer/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffBulkDeps = {
  render: Render;
  issuer: Pick<Issuer, 'bulkRevocation'>;
};

/** As many numbers as a form carries twice: as they were pasted, and back again to be confirmed. */
const maxNumbers = 5000;
/** Lines shown of those that could not be read. */
const maxShown = 10;

const bulkForm = z.strictObject({
  numbers: z.string().trim().min(1),
  reason: z.enum(revocationReasons),
  note: z.string().trim().max(500),
  sure: z.literal('yes').optional(),
});
type BulkRequest = z.infer<typeof bulkForm>;

type Pasted = { identifiers: readonly string[]; unreadable: readonly string[] };

/** One certificate a line: a number, an address of its page, or a line of a table that has either in one of its cells. */
const readPasted = (text: string): Pasted => {
  const identifiers = new Set<string>();
  const unreadable: string[] = [];
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    if (line === '') continue;
    const read = line
      .split(/[,;\t"]/)
      .map((cell) => readIdentifier(cell.split('/v/').at(-1) ?? ''))
      .find(({ outcome }) => outcome === 'read');
    if (read?.outcome === 'read') identifiers.add(read.identifier);
    else unreadable.push(line.slice(0, 80));
  }
  return { identifiers: [...identifiers], unreadable };
};

const countOf = (states: ReadonlyMap<string, RevocableState>, wanted: RevocableState): number =>
  [...states.values()].filter((state) => state === wanted).length;

/** Withdrawing many certificates at once: pasted, looked at, confirmed, watched. For examiners and administrators. */
export const createStaffBulkRevocationPages = ({ render, issuer }: StaffBulkDeps): Router => {
  const router = Router();
  const { bulkRevocation } = issuer;
  const path = '/staff/certificates/revoke-many';

  const showForm = (request: Request, response: Response, faults: readonly FieldFault[] = []): void => {
    const { words } = contextOf(response);
    const labels = {
      numbers: words('staff:revoke-many.numbers'),
      reason: words('staff:revoke.reason'),
      note: words('staff:revoke.note'),
    };
    render(request, response, {
      view: 'staff/revoke-many',
      title: words('staff:revoke-many.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        most: maxNumbers,
        reasons: revocationReasons.map((value) => ({
          value,
          label: words(`certificates:reasons.${value}`),
        })),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const showPreview = async (
    request: Request,
    response: Response,
    asked: BulkRequest,
    { identifiers, unreadable }: Pasted,
  ): Promise<void> => {
    const { words } = contextOf(response);
    const states = await bulkRevocation.preview(identifiers);
    render(request, response, {
      view: 'staff/revoke-many-preview',
      title: words('staff:revoke-many.preview-title'),
      noindex: true,
      data: {
        revocable: countOf(states, 'revocable'),
        counts: (['revocable', 'revoked', 'not-issued', 'unknown'] as const).map((state) => ({
          label: words(`staff:revoke-many.states.${state}`),
          count: countOf(states, state),
        })),
        unreadable: unreadable.slice(0, maxShown),
        unread: unreadable.length,
        numbers: identifiers.join('\n'),
        asked,
        reason: words(`certificates:reasons.${asked.reason}`),
      },
    });
  };

  const receive: RequestHandler = async (request, response) => {
    const checked = check(bulkForm, request.body);
    if (!checked.ok) return showForm(request, response, checked.faults);
    const { numbers, reason, note, sure } = checked.value;
    const pasted = readPasted(numbers);
    const { identifiers } = pasted;
    if (identifiers.length === 0) {
      return showForm(request, response, [{ pointer: '/numbers', code: 'verify-not-an-identifier' }]);
    }
    if (identifiers.length > maxNumbers) {
      return showForm(request, response, [{ pointer: '/numbers', code: 'too-many-numbers' }]);
    }
    if (!sure) return showPreview(request, response, checked.value, pasted);
    const by = accountOf(request).id;
    const id = await bulkRevocation.begin({ identifiers, by, reason, ...(note ? { note } : {}) });
    response.redirect(303, `/${contextOf(response).language}${path}/${id}`);
  };

  const watch: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const progress = await bulkRevocation.progress(String(request.params.batch));
    if (!progress) throw notFound();
    render(request, response, {
      view: 'staff/revoke-many-progress',
      title: words('staff:revoke-many.progress-title'),
      noindex: true,
      data: { progress, here: `${path}/${request.params.batch}` },
    });
  };

  router.use(path, requireRole('examiner', 'administrator'));
  router.get(path, (request, response) => showForm(request, response));
  router.post(path, receive);
  router.get(`${path}/:batch`, watch);
  return router;
};
