import { type Request, type RequestHandler, type Response, Router } from 'express';
import { accountOf } from '../../accounts/index.ts';
import {
  type JudgementRequest,
  type JudgementView,
  type OpenWork,
  pointsOfAll,
  type ReadVersion,
  renderMarkdown,
} from '../../learning/index.ts';
import { DomainError, type FieldFault, invalid } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { ExaminingPagesDeps } from './examining-deps.ts';
import { criteriaLines } from './learn-assignment-view.ts';
import { sendWorkFile } from './learn-assignments.ts';
import { sizeText } from './learn-words.ts';

type Rules = OpenWork['rules'];

const path = '/staff/examining/assignments';
const idOf = (request: Request): string => String(request.params.workId);

const textIn = (body: unknown, name: string): string => {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : '';
};

/** Points as people type them; an empty field is no number, so that nothing is marked by oversight. */
const readPoints = (text: string): number =>
  /^\d+([.,]\d{1,2})?$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;

/** What the form says, with faults only of what cannot be read: what it means is judged elsewhere. */
const judgementIn = (body: unknown, { criteria }: Rules) => {
  const points: Record<string, number> = {};
  const comments: Record<string, string> = {};
  const known = new Set(['revision', 'decision', 'remark']);
  const faults: FieldFault[] = [];
  for (const { id } of criteria) {
    known.add(`points-${id}`).add(`comment-${id}`);
    const typed = textIn(body, `points-${id}`);
    points[id] = readPoints(typed);
    if (typed !== '' && Number.isNaN(points[id]))
      faults.push({ pointer: `/points-${id}`, code: 'not-valid' });
    const comment = textIn(body, `comment-${id}`);
    if (comment !== '') comments[id] = comment;
  }
  for (const name of Object.keys((body ?? {}) as object))
    if (!known.has(name)) faults.push({ pointer: `/${name}`, code: 'unknown-field' });
  const decision = textIn(body, 'decision');
  if (decision !== 'mark' && decision !== 'return')
    faults.push({ pointer: '/decision', code: 'not-an-option' });
  const revision = textIn(body, 'revision');
  if (!/^\d{1,6}$/.test(revision)) faults.push({ pointer: '/revision', code: 'not-valid' });
  const isReturned = decision === 'return';
  const kept = { points, comments, remark: textIn(body, 'remark'), seenRevision: Number(revision) };
  return { ...kept, decision: isReturned ? ('return' as const) : ('mark' as const), faults };
};

const versionData = (version: ReadVersion, rules: Rules, words: Words) => ({
  ...version,
  ...(version.file ? { fileSize: sizeText(words, version.file.size) } : {}),
  lines: version.judgement ? criteriaLines(rules, version.judgement) : [],
});

/** Reading assignments: one at a time, without a name. */
export const createStaffAssignmentPages = ({ render, learning }: ExaminingPagesDeps): Router => {
  const { judging } = learning.assignments;
  const router = Router();

  const toQueue = (response: Response, done?: string): void =>
    response.redirect(303, `/${contextOf(response).language}${path}${done ? `?done=${done}` : ''}`);

  const labelsOf = ({ criteria }: Rules, words: Words) => ({
    remark: words('assignment:judge.remark'),
    ...Object.fromEntries(
      criteria.flatMap(({ id, title }) => [
        [`points-${id}`, title[words.language]],
        [`comment-${id}`, title[words.language]],
      ]),
    ),
  });

  const showWork = async (request: Request, response: Response, faults: readonly FieldFault[] = []) => {
    const { words, language } = contextOf(response);
    const work = await judging.open(idOf(request), accountOf(request).id);
    render(request, response, {
      view: 'examining/work',
      title: words('assignment:judge.title', { candidate: work.candidate }),
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        work,
        taskHtml: renderMarkdown(work.task[language]),
        version: versionData(work.version, work.rules, words),
        earlier: work.earlier.map((version) => versionData(version, work.rules, words)),
        lines: criteriaLines(work.rules),
        totalPoints: pointsOfAll(work.rules),
        form: formOf({ values: request.body, faults, words, labels: labelsOf(work.rules, words) }),
      },
    });
  };

  /** Nothing of either is lost: what was typed stands beside what is there now. */
  const showConflict = (
    request: Request,
    response: Response,
    rules: Rules,
    sent: { ours: JudgementRequest; now?: JudgementView },
  ): void => {
    const { words } = contextOf(response);
    const { points, comments, remark } = sent.ours;
    const typed = { at: new Date(0), outcome: 'not-passed' as const, points, comments, remark };
    render(request, response, {
      view: 'examining/work-conflict',
      title: words('assignment:conflict.title'),
      status: 409,
      noindex: true,
      data: {
        ours: {
          remark,
          lines: criteriaLines(rules, typed).map((line) => ({
            ...line,
            points: Number.isNaN(line.points) ? undefined : line.points,
          })),
        },
        theirs: sent.now && { ...sent.now, lines: criteriaLines(rules, sent.now) },
      },
    });
  };

  const judge: RequestHandler = async (request, response) => {
    const by = accountOf(request).id;
    const workId = idOf(request);
    const rules = await judging.rulesOf(workId);
    const { faults, ...said } = judgementIn(request.body, rules);
    const ours = { ...said, workId, by };
    try {
      if (faults.length > 0) throw invalid(faults);
      const judged = await judging.judge(ours);
      if (judged.outcome === 'outdated')
        return showConflict(request, response, rules, { ours, ...(judged.now ? { now: judged.now } : {}) });
    } catch (error) {
      return refuse(request, response, { error, rules, ours });
    }
    toQueue(response, said.decision === 'return' ? 'returned' : 'marked');
  };

  type Refused = { error: unknown; rules: Rules; ours: JudgementRequest };

  /** Faults come back beside what was typed, unless the work is in other hands by now. */
  const refuse = async (request: Request, response: Response, { error, rules, ours }: Refused) => {
    const isLost = (one: unknown): boolean =>
      one instanceof DomainError && (one.code === 'already-marked' || one.code === 'paper-taken');
    try {
      if (!(error instanceof DomainError) || error.code !== 'invalid-input') throw error;
      await showWork(request, response, error.errors);
    } catch (again) {
      if (!isLost(again)) throw again;
      showConflict(request, response, rules, { ours });
    }
  };

  router.get(path, async (request, response) => {
    const { words } = contextOf(response);
    const { done } = request.query;
    render(request, response, {
      view: 'examining/assignments',
      title: words('assignment:queue.title'),
      noindex: true,
      wide: true,
      data: {
        works: await judging.queue(accountOf(request).id),
        done: done === 'marked' || done === 'returned' ? done : undefined,
      },
    });
  });
  router.post(`${path}/next`, async (request, response) => {
    const workId = await judging.takeNext(accountOf(request).id);
    if (workId === undefined) return toQueue(response);
    response.redirect(303, `/${contextOf(response).language}${path}/${workId}`);
  });
  router.get(`${path}/:workId`, (request, response) => showWork(request, response));
  router.post(`${path}/:workId`, judge);
  router.get(`${path}/:workId/files/:fileId`, async (request, response) => {
    const { id } = accountOf(request);
    sendWorkFile(response, await judging.openFile(idOf(request), String(request.params.fileId), id));
  });
  router.post(`${path}/:workId/put-back`, async (request, response) => {
    await judging.putBack(idOf(request), accountOf(request).id);
    toQueue(response);
  });
  router.post(`${path}/:workId/recuse`, async (request, response) => {
    await judging.recuse(idOf(request), accountOf(request).id);
    toQueue(response);
  });
  return router;
};
