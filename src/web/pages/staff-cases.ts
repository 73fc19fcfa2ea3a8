import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf } from '../../accounts/index.ts';
import {
  candidateNumber,
  denialReasons,
  hasDecided,
  type IntegrityCase,
  isClosed,
  mayDecide,
} from '../../learning/index.ts';
import type { FieldFault } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';
import { signalLines } from './examining-signals.ts';

const acts = ['allege', 'clear', 'propose', 'confirm', 'return', 'uphold', 'overturn'] as const;
type CaseAct = (typeof acts)[number];

/** What a person may do next. The machine itself refuses whatever is not among it. */
const actsOf = (one: IntegrityCase, by: string, now: Date): CaseAct[] => {
  switch (one.state) {
    case 'review':
      return ['allege', 'clear'];
    case 'alleged':
      return mayDecide(one, now) ? ['propose', 'clear'] : ['clear'];
    case 'proposed':
      return one.proposal.by === by ? [] : ['confirm', 'return'];
    case 'appealed':
      return hasDecided(one, by) ? [] : ['overturn', 'uphold'];
    default:
      return [];
  }
};

const caseForm = z.strictObject({
  act: z.enum(acts),
  text: z.string().trim().min(10).max(4000),
  reason: z.union([z.enum(denialReasons), z.literal('')]).optional(),
});

/** Why nothing can be done by this person at this moment, in one sentence. */
const waitingFor = (one: IntegrityCase, by: string, now: Date): string | undefined => {
  if (one.state === 'alleged' && !mayDecide(one, now)) return 'examining:case.waits-for-answer';
  if (one.state === 'proposed' && one.proposal.by === by) return 'examining:case.waits-for-second';
  if (one.state === 'denied') return 'examining:case.waits-for-appeal';
  if (one.state === 'appealed' && hasDecided(one, by)) return 'examining:case.waits-for-other';
  return undefined;
};

/** The cases of examiners: what speaks for and against, and the next step, one person at a time. */
export const createStaffCasePages = ({ render, learning, clock }: ExaminingPagesDeps): Router => {
  const router = Router();
  const { cases } = learning.examining;
  const path = '/staff/examining/cases';

  const backTo = (response: Response, caseId: string): void =>
    response.redirect(303, `/${contextOf(response).language}${path}/${caseId}`);

  const show = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words } = contextOf(response);
    const by = accountOf(request).id;
    const now = clock.now();
    const one = await cases.find(String(request.params.caseId));
    const attempt = await learning.examining.attempt(one.attemptId, by);
    const waits = waitingFor(one, by, now);
    render(request, response, {
      view: 'examining/case',
      title: words('examining:case.title', { candidate: candidateNumber(one.attemptId) }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        one,
        attempt,
        closed: isClosed(one),
        signals: signalLines(one.signals, words),
        steps: one.steps.map((step) => ({ ...step, who: whoOf(step.by, by, words) })),
        acts: actsOf(one, by, now),
        reasons: denialReasons.map((value) => ({ value, label: words(`examining:reasons.${value}`) })),
        ...(waits ? { waits: words(waits) } : {}),
        form: formOf({
          values: request.body,
          faults,
          words,
          labels: { text: words('examining:case.text'), reason: words('examining:case.reason') },
        }),
      },
    });
  };

  const take: RequestHandler = async (request, response) => {
    const checked = check(caseForm, request.body);
    if (!checked.ok) return show(request, response, checked.faults);
    const { act, text, reason } = checked.value;
    const step = { caseId: String(request.params.caseId), by: accountOf(request).id, text };
    if (act === 'propose') {
      if (!reason) return show(request, response, [{ pointer: '/reason', code: 'field-required' }]);
      await cases.proposeDenial({ ...step, reason });
    } else {
      const deeds = {
        allege: cases.allege,
        clear: cases.clear,
        confirm: cases.confirmDenial,
        return: cases.returnProposal,
        uphold: cases.uphold,
        overturn: cases.overturn,
      };
      await deeds[act](step);
    }
    backTo(response, step.caseId);
  };

  router.get(path, async (request, response) => {
    const { words } = contextOf(response);
    const which = request.query.state === 'closed' ? 'closed' : 'open';
    const found = await cases.list(which);
    render(request, response, {
      view: 'examining/cases',
      title: words('examining:cases.title'),
      noindex: true,
      wide: true,
      data: {
        which,
        cases: found.map((one) => ({ ...one, candidate: candidateNumber(one.attemptId) })),
        states: (['open', 'closed'] as const).map((state) => ({ state, current: state === which })),
      },
    });
  });
  router.get(`${path}/:caseId`, (request, response) => show(request, response));
  router.post(`${path}/:caseId`, take);
  router.post(`${path}/:caseId/recuse`, async (request, response) => {
    await cases.recuse({ caseId: String(request.params.caseId), by: accountOf(request).id });
    response.redirect(303, `/${contextOf(response).language}${path}`);
  });
  return router;
};

/** Colleagues are told apart by a short mark of their account; names would be read as rank. */
const whoOf = (who: string, reader: string, words: Words): string => {
  if (who === 'candidate' || who === 'system') return words(`examining:who.${who}`);
  return who === reader
    ? words('examining:who.you')
    : words('examining:who.examiner', { mark: who.slice(0, 6) });
};
