import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type Accounts, accountOf, requireRole } from '../../accounts/index.ts';
import { accommodationReasons, incidentReasons, type Learning, type TestName } from '../../learning/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffAttemptDeps = {
  render: Render;
  learning: Pick<Learning, 'adaptTime' | 'oversight' | 'timeline' | 'myLearning'>;
  accounts: Pick<Accounts, 'nameOf' | 'accountByEmail'>;
  clock: Clock;
};

const shownAtMost = 100;
const desk = '/staff/attempts';

const whole = (most: number) => z.coerce.number().int().min(0).max(most);

const searchForm = z.strictObject({ email: z.string().trim().min(3).max(254) });
/** `test` is `<course>/<activity>`; a credit for one attempt names it in its address. */
const creditForm = z.strictObject({
  test: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'must-choose')
    .optional(),
  minutes: z.coerce.number().int().min(1).max(240),
  reason: z.enum(incidentReasons),
  formId: z.uuid(),
});
const grantForm = z
  .strictObject({
    percent: z.coerce.number().int().min(100).max(300),
    extraMinutes: whole(240),
    extraAttempts: whole(5),
    reason: z.enum(accommodationReasons),
    enrolmentId: z.string().max(64),
    validUntil: z.union([z.literal(''), z.iso.date()]),
  })
  .refine(
    ({ percent, extraMinutes, extraAttempts }) => percent > 100 || extraMinutes > 0 || extraAttempts > 0,
    { path: ['percent'], message: 'grants-nothing' },
  );

const reasonOptions = (words: Words, group: string, codes: readonly string[]) =>
  codes.map((value) => ({ value, label: words(`staff:attempts.${group}.${value}`) }));

/** What an accommodation gives, and nothing of what it does not. */
const grantedText = (
  { percent, extraMinutes, extraAttempts }: { percent: number; extraMinutes: number; extraAttempts: number },
  words: Words,
): string => {
  const share = formats(words.language).percent(percent / 100);
  return [
    percent > 100 ? words('staff:attempts.granted-percent', { percent: share }) : '',
    extraMinutes > 0 ? words('staff:attempts.granted-minutes', { count: extraMinutes }) : '',
    extraAttempts > 0 ? words('staff:attempts.granted-attempts', { count: extraAttempts }) : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
};

const testOptions = (tests: readonly TestName[], { language }: Words) =>
  tests.map(({ courseId, activityId, course, test }) => ({
    value: `${courseId}/${activityId}`,
    label: `${course[language]} – ${test[language]}`,
  }));

/** The desk of examiners for attempts under way: who sits, more time for a person or after an incident. */
export const createStaffAttemptPages = ({ render, learning, accounts, clock }: StaffAttemptDeps): Router => {
  const { adaptTime, oversight } = learning;
  const examiner = requireRole('examiner', 'administrator');

  const toDesk = (response: Response, rest = ''): void =>
    response.redirect(303, `/${contextOf(response).language}${desk}${rest}`);

  const named = async <T extends { accountId: string }>(lines: readonly T[]) =>
    Promise.all(lines.map(async (line) => ({ ...line, name: await accounts.nameOf(line.accountId) })));

  const labelsOf = (words: Words) => ({
    email: words('staff:attempts.email'),
    test: words('staff:attempts.test'),
    minutes: words('staff:attempts.minutes'),
    percent: words('staff:attempts.percent'),
    extraMinutes: words('staff:attempts.extra-minutes'),
    extraAttempts: words('staff:attempts.extra-attempts'),
    reason: words('staff:attempts.reason'),
    validUntil: words('staff:attempts.valid-until'),
  });

  type Faulty = { faults?: readonly FieldFault[]; values?: unknown };
  const formIn = (words: Words, { faults = [], values = {} }: Faulty) =>
    formOf({ values, faults, words, labels: labelsOf(words) });
  const statusOf = ({ faults = [] }: Faulty): number => (faults.length > 0 ? 422 : 200);

  const showDesk = async (request: Request, response: Response, faulty: Faulty = {}): Promise<void> => {
    const { words } = contextOf(response);
    const [open, tests, incidents] = await Promise.all([
      oversight.open(shownAtMost),
      adaptTime.tests(),
      adaptTime.incidents(20),
    ]);
    render(request, response, {
      view: 'staff/attempts',
      title: words('staff:attempts.title'),
      wide: true,
      noindex: true,
      status: statusOf(faulty),
      data: {
        now: clock.now(),
        open: await named(open),
        incidents: incidents.map((one) => ({
          ...one,
          name: tests.find(
            ({ courseId, activityId }) => courseId === one.courseId && activityId === one.activityId,
          ),
        })),
        tests: testOptions(tests, words),
        reasons: reasonOptions(words, 'incident-reasons', incidentReasons),
        credited: request.query.credited,
        formId: contextOf(response).requestId,
        form: formIn(words, faulty),
      },
    });
  };

  const showAttempt = async (request: Request, response: Response, faulty: Faulty = {}): Promise<void> => {
    const { words } = contextOf(response);
    const attempt = await oversight.one(String(request.params.attemptId));
    const [line] = await named([attempt]);
    render(request, response, {
      view: 'staff/attempt',
      title: words('staff:attempts.attempt', { number: attempt.number, name: line?.name ?? '' }),
      wide: true,
      noindex: true,
      status: statusOf(faulty),
      data: {
        attempt: line,
        isOpen: attempt.state === 'in_progress',
        timeline: await learning.timeline(attempt.id),
        reasons: reasonOptions(words, 'incident-reasons', incidentReasons),
        credited: request.query.credited,
        formId: contextOf(response).requestId,
        form: formIn(words, faulty),
      },
    });
  };

  const showCandidate = async (request: Request, response: Response, faulty: Faulty = {}): Promise<void> => {
    const { words, language } = contextOf(response);
    const accountId = String(request.params.accountId);
    const name = await accounts.nameOf(accountId);
    if (name === undefined) throw notFound();
    const [attempts, accommodations, enrolments] = await Promise.all([
      oversight.ofAccount(accountId),
      adaptTime.accommodationsOf(accountId),
      learning.myLearning(accountId),
    ]);
    const courseOf = (id: string | undefined) =>
      enrolments.find(({ enrolmentId }) => enrolmentId === id)?.title;
    render(request, response, {
      view: 'staff/candidate',
      title: words('staff:attempts.candidate', { name }),
      wide: true,
      noindex: true,
      status: statusOf(faulty),
      data: {
        accountId,
        attempts,
        accommodations: accommodations.map((one) => ({
          ...one,
          course: courseOf(one.enrolmentId),
          granted: grantedText(one, words),
        })),
        enrolments: enrolments.map(({ enrolmentId, title }) => ({
          value: enrolmentId,
          label: title[language],
        })),
        reasons: reasonOptions(words, 'accommodation-reasons', accommodationReasons),
        form: formIn(words, { values: { percent: '100', extraMinutes: '0', extraAttempts: '0' }, ...faulty }),
      },
    });
  };

  const credit = async (
    request: Request,
    response: Response,
    test: { courseId: string; activityId: string; attemptId?: string },
  ): Promise<number | undefined> => {
    const form = check(creditForm, request.body);
    const faulty = form.ok ? undefined : { faults: form.faults, values: request.body };
    if (!form.ok || faulty) {
      const show = test.attemptId === undefined ? showDesk : showAttempt;
      await show(request, response, faulty);
      return undefined;
    }
    const { minutes, reason, formId } = form.value;
    const { credited } = await adaptTime.creditTime({
      ...test,
      minutes,
      reason,
      formId,
      by: accountOf(request).id,
    });
    return credited;
  };

  /** By POST, so that no address of a person stands in a history or a log. */
  const search = async (request: Request, response: Response): Promise<void> => {
    const form = check(searchForm, request.body);
    if (!form.ok) return showDesk(request, response, { faults: form.faults, values: request.body });
    const found = await accounts.accountByEmail(form.value.email);
    if (found) return toDesk(response, `/candidates/${found.id}`);
    const faults = [{ pointer: '/email', code: 'no-such-account' }];
    return showDesk(request, response, { faults, values: request.body });
  };

  const creditTest = async (request: Request, response: Response): Promise<void> => {
    const [courseId, activityId] = String((request.body as { test?: unknown } | undefined)?.test ?? '').split(
      '/',
    );
    if (!courseId || !activityId) {
      const faults = [{ pointer: '/test', code: 'must-choose' }];
      return showDesk(request, response, { faults, values: request.body });
    }
    const credited = await credit(request, response, { courseId, activityId });
    if (credited !== undefined) toDesk(response, `?credited=${credited}`);
  };

  const creditAttempt = async (request: Request, response: Response): Promise<void> => {
    const { id: attemptId, courseId, activityId } = await oversight.one(String(request.params.attemptId));
    const credited = await credit(request, response, { courseId, activityId, attemptId });
    if (credited !== undefined) toDesk(response, `/${attemptId}?credited=${credited}`);
  };

  const grant = async (request: Request, response: Response): Promise<void> => {
    const accountId = String(request.params.accountId);
    const form = check(grantForm, request.body);
    if (!form.ok) return showCandidate(request, response, { faults: form.faults, values: request.body });
    const { enrolmentId, validUntil, ...wishes } = form.value;
    await adaptTime.grant({
      ...wishes,
      accountId,
      by: accountOf(request).id,
      ...(enrolmentId === '' ? {} : { enrolmentId }),
      ...(validUntil === '' ? {} : { validUntil: new Date(`${validUntil}T23:59:59Z`) }),
    });
    toDesk(response, `/candidates/${accountId}`);
  };

  const withdraw = async (request: Request, response: Response): Promise<void> => {
    const { accountId } = await adaptTime.withdraw(
      String(request.params.accommodationId),
      accountOf(request).id,
    );
    toDesk(response, `/candidates/${accountId}`);
  };

  const router = Router();
  router.use(desk, examiner);
  router.get(desk, (request, response) => showDesk(request, response));
  router.post(`${desk}/search`, search);
  router.post(`${desk}/credit`, creditTest);
  router.get(`${desk}/candidates/:accountId`, (request, response) => showCandidate(request, response));
  router.post(`${desk}/candidates/:accountId/accommodations`, grant);
  router.post(`${desk}/accommodations/:accommodationId/withdraw`, withdraw);
  router.get(`${desk}/:attemptId`, (request, response) => showAttempt(request, response));
  router.post(`${desk}/:attemptId/credit`, creditAttempt);
  return router;
};
