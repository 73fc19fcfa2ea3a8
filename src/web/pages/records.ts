import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { type Accounts, accountOf, requireRole, requireSignIn } from '../../accounts/index.ts';
import type { HistoryEntry, Learning, Statement } from '../../learning/index.ts';
import type { Audit } from '../../platform/audit/audit.ts';
import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type RecordsDeps = {
  render: Render;
  learning: Pick<Learning, 'records' | 'catalogue'>;
  accounts: Pick<Accounts, 'nameOf'>;
  audit: Audit;
  clock: Clock;
};

const formats = ['json', 'jsonl'] as const;
type Format = (typeof formats)[number];
const types: Record<Format, string> = { json: 'application/json', jsonl: 'application/jsonl' };

const day = z.iso.date();
const periodForm = z.strictObject({
  courseId: z.string().min(1).max(64),
  from: day,
  until: day,
  format: z.enum(formats),
});

/** Midnight in universal time: a period for a machine is cut there. */
const startOf = (text: string, daysLater = 0): Date =>
  new Date(Date.parse(`${text}T00:00:00Z`) + daysLater * 86_400_000);

/** Writes as it reads: nobody's machine holds a whole year of a course at once. */
const stream = async (
  response: Response,
  statements: AsyncIterable<Statement> | Iterable<Statement>,
  format: Format,
): Promise<void> => {
  const [open, between, close] = format === 'json' ? ['[\n', ',\n', '\n]\n'] : ['', '\n', '\n'];
  response.type(types[format]).set('Cache-Control', 'private, no-store');
  response.write(open);
  let isFirst = true;
  for await (const statement of statements) {
    if (response.destroyed) return;
    const isTaken = response.write(`${isFirst ? '' : between}${JSON.stringify(statement)}`);
    isFirst = false;
    if (!isTaken) await Promise.race([once(response, 'drain'), once(response, 'close')]);
  }
  response.end(isFirst && format === 'jsonl' ? '' : close);
};

const percent = (share: number | undefined): number | undefined =>
  share === undefined ? undefined : Math.round(share * 100);

const entryView = (entry: HistoryEntry) => ({
  ...entry,
  done: entry.activities.filter(({ status }) => status === 'completed' || status === 'passed'),
  attempts: entry.attempts.map((attempt) => ({
    ...attempt,
    score: percent(attempt.score),
    passMark: percent(attempt.passMark),
    final: attempt.passed !== undefined,
  })),
  certificatePath: entry.certificate && new URL(entry.certificate.address).pathname,
});

/** What people have learnt, to read, to print and to take elsewhere; for staff a course without names. */
export const createRecordsPages = ({ render, learning, accounts, audit, clock }: RecordsDeps): Router => {
  const router = Router();
  const { records } = learning;
  const staff = requireRole('author', 'examiner', 'administrator');

  const showHistory: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const { id } = accountOf(request);
    const entries = (await records.history(id)).map(entryView);
    const name = await accounts.nameOf(id);
    const data = { entries, name, at: clock.now() };
    render(request, response, { view: 'records/history', title: words('records:title'), data });
  };

  const historyFile: RequestHandler = async (request, response) => {
    const { words } = contextOf(response);
    const { id } = accountOf(request);
    response.attachment(`${words('records:file')}.json`).set('Cache-Control', 'private, no-store');
    response.json({
      takenAt: clock.now(),
      name: await accounts.nameOf(id),
      courses: await records.history(id),
    });
  };

  const statementsFile =
    (format: Format): RequestHandler =>
    async (request, response) => {
      const { id: accountId } = accountOf(request);
      const name = (await accounts.nameOf(accountId)) ?? '';
      const statements = await records.statements({ accountId, name });
      response.attachment(`statements.${format}`);
      await stream(response, statements, format);
    };

  const showStaff = async (
    request: Request,
    response: Response,
    given: Pick<Parameters<typeof formOf>[0], 'values' | 'faults'> = {},
  ): Promise<void> => {
    const { words, language } = contextOf(response);
    const courses = await learning.catalogue();
    const labels = {
      courseId: words('records:staff.course'),
      from: words('records:staff.from'),
      until: words('records:staff.until'),
      format: words('records:staff.format'),
    };
    render(request, response, {
      view: 'records/staff',
      title: words('records:staff.title'),
      status: given.faults?.length ? 422 : 200,
      noindex: true,
      data: {
        courses: courses.map(({ id, title }) => ({ value: id, label: title[language] })),
        formatChoices: formats.map((value) => ({ value, label: words(`records:staff.formats.${value}`) })),
        form: formOf({ values: { format: 'json' }, ...given, words, labels }),
      },
    });
  };

  const exportCourse: RequestHandler = async (request, response) => {
    const form = check(periodForm, request.body);
    if (!form.ok) return showStaff(request, response, { values: request.body, faults: form.faults });
    const { courseId, from, until, format } = form.value;
    const [first, last] = [startOf(from), startOf(until, 1)];
    if (last <= first) {
      const faults = [{ pointer: '/until', code: 'before-from' }];
      return showStaff(request, response, { values: request.body, faults });
    }
    if (!(await learning.catalogue()).some(({ id }) => id === courseId)) throw notFound();
    await audit.append({
      key: randomUUID(),
      actor: accountOf(request).id,
      action: 'RecordsExported',
      target: `course:${courseId}`,
    });
    response.attachment(`${courseId}-${from}-${until}.${format}`);
    await stream(response, records.courseStatements({ courseId, from: first, until: last }), format);
  };

  router.get('/account/records', requireSignIn, showHistory);
  router.get('/account/records/history.json', requireSignIn, historyFile);
  for (const format of formats)
    router.get(`/account/records/statements.${format}`, requireSignIn, statementsFile(format));
  router.get('/staff/records', staff, (request, response) => showStaff(request, response));
  router.post('/staff/records', staff, exportCourse);
  return router;
};
