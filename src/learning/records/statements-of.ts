import type { Localised } from '../../platform/i18n.ts';
import { judgementOf, type Work } from '../assignments/work.ts';
import type { Attempt } from '../attempts/attempt.ts';
import { stepsOf } from '../course.ts';
import type { Activity, CourseContent } from '../course-schema.ts';
import type { Enrolment } from '../enrolments/enrolment.ts';
import { type ActivityProgress, isStepDone } from '../enrolments/progress.ts';
import {
  type Actor,
  activityTypes,
  durationOf,
  type Statement,
  uuidOf,
  type Verb,
  verbs,
} from './statement.ts';

/** What was earned by completing: when it was issued, and where it stands. */
export type Earned = { at: Date; address: string };

type Told = {
  enrolment: Enrolment;
  course: CourseContent;
  attempts: readonly Attempt[];
  works: readonly Work[];
  earned: Earned | undefined;
  actor: Actor;
  baseUrl: string;
};

type Fact = {
  verb: Verb;
  at: Date;
  object: { id: string; type: keyof typeof activityTypes; name: Localised };
  /** What makes it another fact than others with the same verb and object. */
  number?: number;
  within?: string;
  result?: Statement['result'];
};

const rounded = (share: number): number => Math.round(share * 10_000) / 10_000;

/**
 * The story of one enrolment in the order in which it happened. Pure: the same facts are the same statements, with the same
 * ids, in every export.
 */
export const statementsOf = (told: Told): Statement[] => {
  const { enrolment, course, baseUrl, actor } = told;
  const registration = uuidOf(`${baseUrl}/enrolments/${enrolment.id}`);
  const statement = ({ verb, at, object, number = 0, within, result }: Fact): Statement => ({
    id: uuidOf(`${baseUrl}/enrolments/${enrolment.id}/${verb}/${number}/${object.id}`),
    actor,
    verb: verbs[verb],
    object: {
      objectType: 'Activity',
      id: object.id,
      definition: { type: activityTypes[object.type], name: object.name },
    },
    ...(result ? { result } : {}),
    context: {
      registration,
      ...(within === undefined
        ? {}
        : { contextActivities: { parent: [{ objectType: 'Activity', id: within }] } }),
      platform: baseUrl,
    },
    timestamp: at.toISOString(),
    version: '1.0.3',
  });
  return [...courseFacts(told), ...stepsOf(course).flatMap((step) => stepFacts(told, step))]
    .map(statement)
    .sort((a, b) => a.timestamp.localeCompare(b.timestamp));
};

const courseOf = ({ course, baseUrl }: Told): Fact['object'] => ({
  id: `${baseUrl}/courses/${course.id}`,
  type: 'course',
  name: course.title,
});

const courseFacts = (told: Told): Fact[] => {
  const { enrolment, earned, course } = told;
  const object = courseOf(told);
  const began = Object.values(enrolment.progress).map(({ firstAt }) => firstAt);
  const [first] = began.filter((at) => at >= enrolment.enrolledAt).sort((a, b) => a.getTime() - b.getTime());
  return [
    { verb: 'registered', at: enrolment.enrolledAt, object },
    ...(first ? [{ verb: 'launched', at: first, object } as const] : []),
    ...(enrolment.state === 'completed'
      ? [
          {
            verb: 'completed',
            at: enrolment.completedAt,
            object,
            result: {
              completion: true,
              duration: durationOf(enrolment.completedAt.getTime() - enrolment.enrolledAt.getTime()),
            },
          } as const,
        ]
      : []),
    ...(earned
      ? [
          {
            verb: 'earned',
            at: earned.at,
            object: { id: earned.address, type: 'achievement', name: course.achievement.name },
            within: object.id,
          } as const,
        ]
      : []),
  ];
};

/** What was carried over from the enrolment that this one renews happened there. */
const isOfThis = (
  { enrolment }: Told,
  progress: ActivityProgress | undefined,
): progress is ActivityProgress => progress !== undefined && progress.lastAt >= enrolment.enrolledAt;

const stepFacts = (told: Told, step: Activity): Fact[] => {
  const { enrolment, attempts, works } = told;
  const within = courseOf(told).id;
  const isTest = step.kind === 'test';
  const object = {
    id: `${within}/activities/${step.id}`,
    type: isTest || step.kind === 'quiz' || step.kind === 'assignment' ? 'assessment' : 'lesson',
    name: step.title,
  } as const;
  if (isTest) {
    const own = attempts.filter(({ activityId }) => activityId === step.id);
    return own.flatMap((attempt) => attemptFacts(attempt, object, within));
  }
  if (step.kind === 'assignment') {
    const own = works.filter(({ activityId }) => activityId === step.id);
    return own.flatMap((work) => workFacts(work, object, within));
  }
  const progress = Object.hasOwn(enrolment.progress, step.id) ? enrolment.progress[step.id] : undefined;
  if (!isOfThis(told, progress) || !isStepDone(enrolment.progress, step)) return [];
  const score = progress.score === undefined ? {} : { score: { scaled: rounded(progress.score) } };
  return [{ verb: 'completed', at: progress.lastAt, object, within, result: { completion: true, ...score } }];
};

/** Each version that was handed in, and what came of it; one that was returned has no result. */
const workFacts = ({ versions }: Work, object: Fact['object'], within: string): Fact[] =>
  versions.flatMap((version): Fact[] => {
    const { number, at } = version;
    const handedIn: Fact = { verb: 'submitted', at, object, number, within };
    const judgement = judgementOf(version);
    if (judgement?.score === undefined) return [handedIn];
    const success = judgement.outcome === 'passed';
    const result = { score: { scaled: rounded(judgement.score) }, success, completion: true };
    const verb = success ? 'passed' : 'failed';
    return [handedIn, { verb, at: judgement.at, object, number, within, result }];
  });

const attemptFacts = (attempt: Attempt, object: Fact['object'], within: string): Fact[] => {
  const { number, startedAt } = attempt;
  const begun: Fact = { verb: 'attempted', at: startedAt, object, number, within };
  // Before a result is final nothing is told of it.
  if (attempt.state !== 'confirmed') return [begun];
  const { points, maxPoints, score, passed } = attempt.result;
  return [
    begun,
    {
      verb: passed ? 'passed' : 'failed',
      at: attempt.submittedAt,
      object,
      number,
      within,
      result: {
        score: { scaled: rounded(score), raw: points, min: 0, max: maxPoints },
        success: passed,
        completion: true,
        duration: durationOf(attempt.submittedAt.getTime() - startedAt.getTime()),
      },
    },
  ];
};
