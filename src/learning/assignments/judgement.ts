import type { FieldFault } from '../../platform/errors.ts';
import type { AssignmentRules } from './assignment-rules.ts';
import { type Judgement, judgementOf, scoreOf, type Version } from './work.ts';
import { type JudgementView, withoutName } from './work-view.ts';

/** A version as examiners see it: its file under no name. */
export type ReadVersion = {
  number: number;
  at: Date;
  text: string;
  file?: { id: string; kind: string; size: number };
  judgement?: JudgementView;
};

/** Points are missing where an examiner only returns it. */
export type JudgementRequest = {
  workId: string;
  by: string;
  seenRevision: number;
  decision: 'mark' | 'return';
  points: Readonly<Record<string, number>>;
  comments: Readonly<Record<string, string>>;
  remark: string;
};

/** Characters. */
const longestComment = 2000;

const pointFaults = ({ points }: JudgementRequest, rules: AssignmentRules): FieldFault[] =>
  rules.criteria.flatMap(({ id, points: max }) => {
    const given = points[id];
    const pointer = `/points-${id}`;
    if (given === undefined || Number.isNaN(given)) return [{ pointer, code: 'field-required' }];
    if (given < 0) return [{ pointer, code: 'too-small', params: { min: 0 } }];
    return given > max ? [{ pointer, code: 'too-big', params: { max } }] : [];
  });

const wordFaults = ({ comments, remark }: JudgementRequest): FieldFault[] =>
  [...Object.entries(comments).map(([id, text]) => [`/comment-${id}`, text]), ['/remark', remark]].flatMap(
    ([pointer = '', text = '']) =>
      text.length > longestComment ? [{ pointer, code: 'too-long', params: { max: longestComment } }] : [],
  );

export const judgementFaults = (request: JudgementRequest, rules: AssignmentRules): FieldFault[] => {
  const words = wordFaults(request);
  if (request.decision === 'mark') return [...pointFaults(request, rules), ...words];
  // Whoever gets it back has to know why.
  return request.remark === '' ? [{ pointer: '/remark', code: 'required' }, ...words] : words;
};

/** What examiners may see of a version: nothing that leads to its owner. */
export const readVersion = ({ number, at, text, file, ...version }: Version): ReadVersion => {
  const judgement = judgementOf({ number, at, text, ...version });
  return {
    number,
    at,
    text,
    ...(file ? { file: { id: file.id, kind: file.kind, size: file.size } } : {}),
    ...(judgement ? { judgement: withoutName(judgement) } : {}),
  };
};

export const judgementFor = (request: JudgementRequest, rules: AssignmentRules, at: Date): Judgement => {
  const { by, comments, remark, decision } = request;
  if (decision === 'return') return { by, at, outcome: 'returned', points: {}, comments, remark };
  const points = Object.fromEntries(rules.criteria.map(({ id }) => [id, request.points[id] ?? 0]));
  const score = scoreOf(points, rules);
  const outcome = score + 1e-9 >= rules.passMark ? 'passed' : 'not-passed';
  return { by, at, outcome, points, comments, remark, score };
};
