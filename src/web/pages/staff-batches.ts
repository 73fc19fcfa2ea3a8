import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import { type Batch, type Issuer, type RowFault, revocationReasons } from '../../issuer/index.ts';
import type { Learning } from '../../learning/index.ts';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { messageOf } from '../../platform/http/problem.ts';
import { check } from '../../platform/http/validate.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import { readUpload } from '../read-upload.ts';
import type { Render } from '../render.ts';

type StaffBatchDeps = {
  render: Render;
  issuer: Pick<Issuer, 'batches' | 'problem'>;
  learning: Pick<Learning, 'catalogue' | 'course'>;
};

/** 10,000 people with long names and addresses are about 1.5 MB. */
const limits = { maxFileBytes: 5_000_000, maxFieldBytes: 1000, maxFiles: 1 };
const listed = 50;
const shownFaults = 200;
const shownEntries = 100;
/** What stands open on the page; the rest is folded. */
const openWarnings = 10;
/** How long a page of a batch under way waits before it asks again, in seconds. */
const again = 2;

const confirmForm = z.strictObject({
  includeRepeated: z.literal('yes').optional(),
  letters: z.literal('yes').optional(),
  sure: z.literal('yes', 'must-accept'),
});
const revokeForm = z.strictObject({
  reason: z.enum(revocationReasons),
  note: z.string().trim().max(500),
  sure: z.literal('yes', 'must-accept'),
});

type WithFile = { file?: Uint8Array | undefined };
const examiner = requireRole('examiner', 'administrator');

/**
 * Reads the one form that carries a file, before its token is checked: the token is one of its fields. Only for staff, so
 * that nobody else can make the service hold files.
 */
export const createBatchUpload = (): Router => {
  const router = Router();
  router.post('/staff/batches', examiner, async (request, response, next) => {
    const { fields, files } = await readUpload(request, limits);
    request.body = { ...fields };
    (response.locals as WithFile).file = files.file;
    next();
  });
  return router;
};

const faultRow = ({ row, column, code, params }: RowFault, words: Words) => ({
  row,
  column: column && words(`batch:columns.${column}`),
  message: messageOf(words, { pointer: '', code, ...(params ? { params } : {}) }),
});

const duration = (seconds: number, words: Words): string =>
  seconds < 90
    ? words('batch:progress.seconds', { count: seconds })
    : words('batch:progress.minutes', { count: Math.ceil(seconds / 60) });

/** Many certificates from one file: read it, look, confirm, watch, take the list; withdraw them together. */
export const createStaffBatchPages = ({ render, issuer, learning }: StaffBatchDeps): Router => {
  const router = Router();
  const { batches } = issuer;

  const titleOf = async (courseId: string, words: Words): Promise<string> =>
    (await learning.course(courseId))?.achievement.name[words.language] ?? courseId;

  const batchIn = async (request: Request): Promise<Batch> => {
    const batch = await batches.batch(String(request.params.batch));
    if (!batch) throw notFound();
    return batch;
  };

  type Problems = { faults?: readonly FieldFault[]; rows?: readonly RowFault[] };

  const showList = async (
    request: Request,
    response: Response,
    { faults = [], rows = [] }: Problems = {},
  ): Promise<void> => {
    const { words } = contextOf(response);
    const newest = await batches.newest(listed);
    const courses = await learning.catalogue();
    const labels = { courseId: words('batch:upload.achievement'), file: words('batch:upload.file') };
    render(request, response, {
      view: 'staff/batches',
      title: words('batch:title'),
      status: faults.length + rows.length > 0 ? 422 : 200,
      wide: true,
      noindex: true,
      data: {
        form: formOf({ values: request.body, faults, words, labels }),
        achievements: courses.map(({ id, title }) => ({ value: id, label: title[words.language] })),
        faults: rows.slice(0, shownFaults).map((fault) => faultRow(fault, words)),
        faultCount: rows.length,
        moreFaults: Math.max(0, rows.length - shownFaults),
        batches: await Promise.all(
          newest.map(async (batch) => ({
            id: batch.id,
            createdAt: batch.createdAt,
            achievement: await titleOf(batch.courseId, words),
            count: batches.progress(batch).expected,
            state: words(`batch:states.${batch.revocation ? 'revoked' : batch.state}`),
          })),
        ),
      },
    });
  };

  const upload: RequestHandler = async (request, response) => {
    const { file } = response.locals as WithFile;
    const { courseId } = request.body as { courseId?: string };
    const missing: FieldFault[] = [
      ...(courseId ? [] : [{ pointer: '/courseId', code: 'required' }]),
      ...(file ? [] : [{ pointer: '/file', code: 'required' }]),
    ];
    if (!file || !courseId) return showList(request, response, { faults: missing });
    try {
      const preview = await batches.preview({ file, courseId, by: accountOf(request).id });
      if (preview.outcome === 'refused') return await showList(request, response, { rows: preview.faults });
      response.redirect(303, `/${contextOf(response).language}/staff/batches/${preview.batch.id}`);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'no-such-achievement')) throw error;
      return showList(request, response, { faults: [{ pointer: '/courseId', code: 'not-an-option' }] });
    }
  };

  const showPreview = async (
    request: Request,
    response: Response,
    batch: Batch,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words } = contextOf(response);
    const { date, percent } = formats(words.language);
    const people = await batches.people(batch.id);
    const warnings = batch.warnings.map(({ row, code, params }) => ({
      row,
      text: words(`batch:warnings.${code}`, params),
    }));
    render(request, response, {
      view: 'staff/batch-preview',
      title: words('batch:preview.title'),
      status: faults.length > 0 ? 422 : 200,
      wide: true,
      noindex: true,
      data: {
        batch,
        achievement: await titleOf(batch.courseId, words),
        people: people.map(({ awardedAt, validUntil, result, ...person }) => ({
          ...person,
          awarded: date(awardedAt),
          until: validUntil && date(validUntil),
          result: result === undefined ? undefined : percent(result),
          tongue: words(`web:languages.${person.language}`),
        })),
        warnings: warnings.slice(0, openWarnings),
        moreWarnings: warnings.slice(openWarnings),
        unshown: batch.warned - warnings.length,
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: { sure: words('batch:preview.sure', { count: batch.rows }) },
        }),
      },
    });
  };

  const showBatch = async (request: Request, response: Response, batch: Batch): Promise<void> => {
    const { words } = contextOf(response);
    const progress = batches.progress(batch);
    const running = batch.state === 'confirmed';
    // Works without a script; the page says that it does so, and stops when the work is done.
    if (running) response.set('Refresh', String(again));
    const entries = running ? [] : await batches.entries(batch.id, shownEntries);
    render(request, response, {
      view: 'staff/batch',
      title: words('batch:one', { achievement: await titleOf(batch.courseId, words) }),
      wide: true,
      noindex: true,
      data: {
        batch,
        running,
        progress,
        remaining:
          progress.remainingSeconds === undefined ? undefined : duration(progress.remainingSeconds, words),
        stopped: running && issuer.problem() !== undefined,
        entries: entries.map(({ state, ...entry }) => ({
          ...entry,
          state: words(`staff:certificates.states.${state}`),
        })),
        more: Math.max(0, progress.issued - entries.length),
        reason: batch.revocation && words(`certificates:reasons.${batch.revocation.reason}`),
        canWithdraw: batch.state === 'issued' && !batch.revocation && progress.issued > 0,
      },
    });
  };

  const show: RequestHandler = async (request, response) => {
    const batch = await batchIn(request);
    await (batch.state === 'previewed'
      ? showPreview(request, response, batch)
      : showBatch(request, response, batch));
  };

  const confirm: RequestHandler = async (request, response) => {
    const batch = await batchIn(request);
    const checked = check(confirmForm, request.body);
    if (!checked.ok && batch.state === 'previewed')
      return showPreview(request, response, batch, checked.faults);
    if (checked.ok) {
      const { includeRepeated, letters } = checked.value;
      const by = accountOf(request).id;
      await batches.confirm({
        batchId: batch.id,
        by,
        includeRepeated: includeRepeated === 'yes',
        letters: letters === 'yes',
      });
    }
    response.redirect(303, `/${contextOf(response).language}/staff/batches/${batch.id}`);
  };

  const links: RequestHandler = async (request, response) => {
    const { id } = await batchIn(request);
    response.attachment(`${contextOf(response).words('batch:file')}-${id}.csv`);
    response.type('text/csv; charset=utf-8').set('Cache-Control', 'no-store');
    response.send(await batches.links(id));
  };

  const showRevoke = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const batch = await batchIn(request);
    if (batch.state !== 'issued' || batch.revocation)
      return response.redirect(303, `/${language}/staff/batches/${batch.id}`);
    const labels = {
      reason: words('staff:revoke.reason'),
      note: words('staff:revoke.note'),
      sure: words('batch:revoke.sure'),
    };
    render(request, response, {
      view: 'staff/batch-revoke',
      title: words('batch:revoke.title'),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        batch,
        achievement: await titleOf(batch.courseId, words),
        reasons: revocationReasons.map((value) => ({ value, label: words(`certificates:reasons.${value}`) })),
        form: formOf({ values: request.body, faults, words, labels }),
      },
    });
  };

  const revoke: RequestHandler = async (request, response) => {
    const { id } = await batchIn(request);
    const checked = check(revokeForm, request.body);
    if (!checked.ok) return showRevoke(request, response, checked.faults);
    const { reason, note } = checked.value;
    await batches.revoke({ batchId: id, by: accountOf(request).id, reason, ...(note ? { note } : {}) });
    response.redirect(303, `/${contextOf(response).language}/staff/batches/${id}`);
  };

  router.use('/staff/batches', examiner);
  router.get('/staff/batches', (request, response) => showList(request, response));
  router.post('/staff/batches', upload);
  router.get('/staff/batches/:batch.csv', links);
  router.get('/staff/batches/:batch', show);
  router.post('/staff/batches/:batch/confirm', confirm);
  router.get('/staff/batches/:batch/revoke', (request, response) => showRevoke(request, response));
  router.post('/staff/batches/:batch/revoke', revoke);
  return router;
};
