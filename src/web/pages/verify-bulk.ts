import { type Request, type RequestHandler, type Response, Router } from 'express';
import { type BulkCheck, type Desk, maxArchiveBytes, maxItems } from '../../desk/index.ts';
import { toCsv } from '../../platform/csv.ts';
import { DomainError, type FieldFault, invalid, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { wantsHtml } from '../../platform/http/problem.ts';
import { networkOf, type RateLimits } from '../../platform/http/rate-limits.ts';
import type { Words } from '../../platform/i18n.ts';
import { createLimit } from '../../platform/pdf/limit.ts';
import { formOf } from '../form.ts';
import { readUpload } from '../read-upload.ts';
import type { Render } from '../render.ts';
import { foundKind, foundWords } from './verdict-words.ts';
import { verifyLimit } from './verify.ts';

type Deps = { render: Render; desk: Pick<Desk, 'lookUp' | 'bulk'>; limits: RateLimits };

/** Whoever has more than this to verify in an hour writes to us, or uses the API. */
const bulkLimit = { name: 'verify-bulk', points: 10, seconds: 3600, shared: true };
const receiptLimit = { name: 'verify-receipt', points: 30, seconds: 3600, shared: true };

const formLimits = { maxFileBytes: maxArchiveBytes, maxFieldBytes: 1000, maxFiles: 1 };
/** Archives are held in memory: of those that come at once some are read, one is unpacked, and the others wait. */
const receiving = createLimit(4);
const unpacking = createLimit(1);
/** How long the page of a check under way waits before it asks again, in seconds. */
const again = 2;

const secretOf = ({ params }: Request): string => String(params.secret);

const duration = (seconds: number, words: Words): string =>
  seconds < 90
    ? words('batch:progress.seconds', { count: seconds })
    : words('batch:progress.minutes', { count: Math.ceil(seconds / 60) });

const rowsOf = ({ items, kind }: BulkCheck, words: Words) =>
  items.map(({ row, shown, number, verdict, sameAs }) => ({
    row,
    // A number is shown as it is printed; the name of a file as it came.
    shown: kind === 'archive' ? shown : undefined,
    number,
    typed: kind === 'archive' || number ? undefined : shown,
    kind: verdict === undefined ? undefined : foundKind(verdict),
    verdict: verdict === undefined ? words('bulk:check.waiting') : foundWords(verdict, words),
    same: sameAs === undefined ? undefined : words('bulk:check.same', { row: sameAs }),
  }));

/** How many of each verdict, the most frequent first. */
const countsOf = ({ items }: BulkCheck, words: Words) => {
  const counts = new Map<string, number>();
  for (const { verdict } of items) if (verdict) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([verdict, count]) => ({ kind: foundKind(verdict), verdict: foundWords(verdict, words), count }));
};

const csvOfCheck = ({ items }: BulkCheck, words: Words): string => {
  const header = ['row', 'shown', 'number', 'verdict', 'meaning', 'checked', 'digest', 'same'] as const;
  return toCsv([
    header.map((name) => words(`bulk:columns.${name}`)),
    ...items.map(({ row, shown, number = '', verdict = '', checkedAt, digest = '', sameAs }) => [
      String(row),
      shown,
      number,
      verdict,
      verdict === '' ? words('bulk:check.waiting') : foundWords(verdict, words),
      checkedAt?.toISOString() ?? '',
      digest,
      sameAs === undefined ? '' : String(sameAs),
    ]),
  ]);
};

/** Many certificates at once, without an account: brought, watched under an address that nobody guesses, taken away. */
export const createVerifyBulkPages = ({ render, desk, limits }: Deps): Router => {
  const router = Router();
  const { bulk } = desk;

  const showForm = (request: Request, response: Response, faults: readonly FieldFault[] = []): void => {
    const { words } = contextOf(response);
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: 'verify/bulk',
      title: words('bulk:title'),
      status: faults.length > 0 ? 422 : 200,
      data: {
        form: formOf({ faults, words, labels: { file: words('bulk:form.file') } }),
        maxItems,
        keptDays: bulk.keptDays,
      },
    });
  };

  const refuse = (
    request: Request,
    response: Response,
    code: string,
    params?: FieldFault['params'],
  ): void => {
    const fault = { pointer: '/file', code, ...(params ? { params } : {}) };
    if (!wantsHtml(request)) throw invalid([fault]);
    showForm(request, response, [fault]);
  };

  const take: RequestHandler = async (request, response) => {
    await limits.consume(bulkLimit, networkOf(request.ip));
    const { language } = contextOf(response);
    try {
      const begun = await receiving(async () => {
        const { files } = await readUpload(request, formLimits);
        return unpacking(() => bulk.brought(files.file ?? new Uint8Array(), language));
      });
      if (!begun.ok) return refuse(request, response, begun.fault.code, begun.fault.params);
      response.redirect(303, `/${language}/verify/bulk/${begun.secret}`);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'too-large')) throw error;
      refuse(request, response, 'bulk-too-large');
    }
  };

  const checkIn = async (request: Request): Promise<BulkCheck> => {
    const check = await bulk.bySecret(secretOf(request));
    if (!check) throw notFound();
    return check;
  };

  const showCheck = (request: Request, response: Response, check: BulkCheck): void => {
    const { words } = contextOf(response);
    const progress = bulk.progressOf(check);
    const running = progress.done < progress.total;
    // Works without a script; the page says that it does so, and stops when the work is done.
    if (running || !check.receipt) response.set('Refresh', String(again));
    render(request, response, {
      view: 'verify/bulk-check',
      title: words(check.kind === 'one' ? 'bulk:receipt.title' : 'bulk:check.title'),
      wide: true,
      noindex: true,
      data: {
        check,
        running,
        progress,
        remaining:
          progress.remainingSeconds === undefined ? undefined : duration(progress.remainingSeconds, words),
        rows: rowsOf(check, words),
        counts: countsOf(check, words),
        archive: check.kind === 'archive',
        at: `/verify/bulk/${secretOf(request)}`,
      },
    });
  };

  const show: RequestHandler = async (request, response) => {
    const check = await checkIn(request);
    response.set('Cache-Control', 'no-store').vary('Accept');
    if (wantsHtml(request)) return showCheck(request, response, check);
    const { id: _id, ...shown } = check;
    response.json({ ...shown, progress: bulk.progressOf(check) });
  };

  const send = (response: Response, type: string, name: string, body: string | Buffer): void => {
    response.attachment(name).set('Cache-Control', 'no-store');
    response.type(type).send(body);
  };

  const csv: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const check = await checkIn(request);
    send(response, 'text/csv; charset=utf-8', `${words('bulk:file')}.csv`, csvOfCheck(check, words));
  };

  const receipt =
    (kind: 'json' | 'pdf'): RequestHandler =>
    async (request, response) => {
      const { words } = contextOf(response);
      const check = await checkIn(request);
      if (!check.receipt) throw notFound();
      const name = `${words('bulk:receipt.file')}.${kind}`;
      if (kind === 'json')
        return send(response, 'application/vc', name, JSON.stringify(check.receipt, null, 2));
      send(response, 'application/pdf', name, Buffer.from(await bulk.receiptPdf(check)));
    };

  const receiptForOne: RequestHandler<{ identifier: string }> = async (request, response) => {
    await limits.consume(receiptLimit, networkOf(request.ip));
    const { language } = contextOf(response);
    const found = await desk.lookUp(request.params.identifier);
    // Of what is no number, nothing is attested.
    if (found.kind === 'unreadable' || (found.kind === 'unknown' && found.why !== 'not-ours'))
      throw notFound();
    const secret = await bulk.one(found.identifier ?? request.params.identifier, language);
    response.redirect(303, `/${language}/verify/bulk/${secret}`);
  };

  const perAddress = limits.perAddress(verifyLimit);
  const at = '/verify/bulk/:secret';
  router.get('/verify/bulk', perAddress, (request, response) => showForm(request, response));
  router.post('/verify/bulk', take);
  router.get(at, perAddress, show);
  router.get(`${at}/result.csv`, perAddress, csv);
  router.get(`${at}/receipt.json`, perAddress, receipt('json'));
  router.get(`${at}/receipt.pdf`, perAddress, receipt('pdf'));
  router.post('/v/:identifier/receipt', receiptForOne);
  // The address in a receipt leads to where receipts are verified: it holds no secret, so it shows nothing.
  router.get('/verify/receipts/:id', (_request, response) =>
    response.redirect(303, `/${contextOf(response).language}/verify`),
  );
  return router;
};
