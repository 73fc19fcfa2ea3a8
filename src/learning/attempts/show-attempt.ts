import type { Clock } from '../../platform/clock.ts';
import type { Localised } from '../../platform/i18n.ts';
import { placeOfTopic, stepOf } from '../course.ts';
import type { CourseContent, Question, TestRules } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { isAnswered } from './answer.ts';
import {
  type Attempt,
  type AttemptState,
  type ClosedAttempt,
  isClosed,
  type OpenAttempt,
  type SavedAnswer,
  type SubmittedBy,
} from './attempt.ts';
import type { QuestionSource } from './draw-form.ts';
import { type PresentedQuestion, present } from './form-item.ts';
import type { Result } from './grade-attempt.ts';
import { isPassed } from './standing.ts';
import type { Starts } from './start-attempt.ts';
import { pinnedCourse, type Submissions } from './submit-attempt.ts';
import { policyOf, type TestPolicy, tellsScore } from './test-policy.ts';

type Place = {
  attemptId: string;
  enrolmentId: string;
  activityId: string;
  courseTitle: Localised;
  title: Localised;
  number: number;
  startedAt: Date;
  deadlineAt: Date;
};

export type ShownQuestion = PresentedQuestion & { answer?: SavedAnswer; answered: boolean; flagged: boolean };

/** An attempt under way. `now` is the server's clock at the moment of showing. */
export type AttemptInProgress = Place & {
  state: 'in_progress';
  now: Date;
  /** The window that holds it. */
  sitting: string;
  /** The highest number of a save so far. */
  seq: number;
  navigation: TestPolicy['navigation'];
  layout: TestPolicy['layout'];
  /** The question that a linear test has reached; beyond the last when all were left. */
  position: number;
  total: number;
  /** Minutes given back during this attempt. */
  creditedMinutes: number;
  /** In a linear test only the one that was reached; otherwise all. */
  questions: readonly ShownQuestion[];
};

/** Where to read again, because its topic went badly. */
export type Recommendation = { moduleTitle: Localised; activityId: string; title: Localised };

export type TopicLine = { title: Localised; points: number; maxPoints: number };

/** A closed attempt: how it went as far as the test tells, never which answers were right. */
export type AttemptResult = Place & {
  state: Exclude<AttemptState, 'in_progress'>;
  submittedAt: Date;
  submittedBy: SubmittedBy;
  /** Nothing while the result is not final. */
  passed?: boolean;
  /** The earliest answer, while a person looks at it. */
  reviewUntil?: Date;
  /** What the review policy shows: a score, and its topics in the order of the course. */
  score?: number;
  passMark?: number;
  topics: readonly TopicLine[];
  recommended: readonly Recommendation[];
  /** The score is shown when the test is over. */
  shownLater: boolean;
  attemptsLeft: number;
  nextAllowedAt?: Date;
  /** What was saved, shown to somebody whose last save came too late. Gone when answers are no longer kept. */
  questions: readonly ShownQuestion[];
};

export type AttemptView = AttemptInProgress | AttemptResult;

const placeOf = (attempt: Attempt, course: CourseContent): Place => ({
  attemptId: attempt.id,
  enrolmentId: attempt.enrolmentId,
  activityId: attempt.activityId,
  courseTitle: course.title,
  title: stepOf(course, attempt.activityId)?.title ?? course.title,
  number: attempt.number,
  startedAt: attempt.startedAt,
  deadlineAt: attempt.deadlineAt,
});

const rulesOf = (attempt: Attempt, course: CourseContent): TestRules => {
  const activity = stepOf(course, attempt.activityId);
  if (activity?.kind !== 'test') throw new Error(`${attempt.activityId} is no test of ${course.id}`);
  return activity.test;
};

type Questions = ReadonlyMap<string, Question>;

const shown = (attempt: Attempt, questions: Questions): ShownQuestion[] =>
  attempt.items.flatMap((item) => {
    const question = questions.get(item.questionId);
    const answer = attempt.answers[item.slot];
    if (!question) return [];
    const answered = isAnswered(answer?.value, item);
    const flagged = (attempt.flagged ?? []).includes(item.slot);
    return [{ ...present(item, question), answered, flagged, ...(answer ? { answer } : {}) }];
  });

/** Topics of one module are one line, called like the module; a topic without a module by its tag, made readable. */
const topicLines = (course: CourseContent, { topics }: Result): TopicLine[] => {
  const lines = new Map<string, TopicLine>();
  for (const { topic, points, maxPoints } of topics) {
    const module = placeOfTopic(course, topic)?.module;
    const words = topic.replaceAll('-', ' ');
    const key = module?.id ?? topic;
    const line = lines.get(key) ?? {
      title: module?.title ?? { en: words, fr: words },
      points: 0,
      maxPoints: 0,
    };
    lines.set(key, { ...line, points: line.points + points, maxPoints: line.maxPoints + maxPoints });
  }
  const order = course.modules.map(({ id }) => id);
  return [...lines].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([, line]) => line);
};

const recommended = (course: CourseContent, result: Result): Recommendation[] => {
  if (result.passed) return [];
  const weak = result.topics.filter(({ points, maxPoints }) => points < result.passMark * maxPoints);
  const places = weak.map(({ topic }) => placeOfTopic(course, topic)).filter((one) => one !== undefined);
  const byActivity = new Map(places.map((place) => [place.activity.id, place]));
  return [...byActivity.values()].map(({ module, activity }) => ({
    moduleTitle: module.title,
    activityId: activity.id,
    title: activity.title,
  }));
};

const inProgress = (
  attempt: OpenAttempt,
  course: CourseContent,
  { questions, now }: { questions: Questions; now: Date },
): AttemptInProgress => {
  const { navigation, layout } = policyOf(rulesOf(attempt, course));
  const all = shown(attempt, questions);
  const isLinear = attempt.navigation === 'linear';
  return {
    ...placeOf(attempt, course),
    state: 'in_progress',
    now,
    sitting: attempt.sitting.id,
    seq: attempt.seq,
    navigation,
    layout,
    position: attempt.position,
    total: all.length,
    creditedMinutes: attempt.time.credits.reduce((sum, { minutes }) => sum + minutes, 0),
    questions: isLinear ? all.filter(({ slot }) => slot === attempt.position) : all,
  };
};

type Prospects = Pick<AttemptResult, 'attemptsLeft' | 'nextAllowedAt'> & { over: boolean };

/** What the policy lets a candidate see of the grade; a result that is not final shows none. */
const gradeOf = (attempt: ClosedAttempt, course: CourseContent, { over }: Prospects) => {
  const hidden = { topics: [], recommended: [], shownLater: false };
  if (attempt.state !== 'confirmed') return hidden;
  const { result } = attempt;
  const rules = rulesOf(attempt, course);
  const { review } = policyOf(rules);
  const told = { ...hidden, passed: result.passed };
  if (!tellsScore(rules, over)) return { ...told, shownLater: review.shows !== 'nothing' };
  const { score, passMark } = result;
  if (review.shows === 'score') return { ...told, score, passMark };
  return {
    ...told,
    score,
    passMark,
    topics: topicLines(course, result),
    recommended: recommended(course, result),
  };
};

const resultOf = (
  attempt: ClosedAttempt,
  course: CourseContent,
  { questions, prospects }: { questions: Questions; prospects: Prospects },
): AttemptResult => {
  const { submittedAt, submittedBy, state } = attempt;
  const isReviewed = state === 'under_review' || state === 'appealed';
  const { attemptsLeft, nextAllowedAt } = prospects;
  return {
    ...placeOf(attempt, course),
    state,
    submittedAt,
    submittedBy,
    ...(isReviewed ? { reviewUntil: attempt.review.dueAt } : {}),
    ...gradeOf(attempt, course, prospects),
    attemptsLeft,
    ...(nextAllowedAt ? { nextAllowedAt } : {}),
    questions: shown(attempt, questions),
  };
};

type Deps = {
  submissions: Submissions;
  starts: Starts;
  courses: CourseStore;
  questions: QuestionSource;
  clock: Clock;
};

/** Shows an attempt to its candidate; one whose time is up is handed in by looking at it. */
export const createShowAttempt = ({ submissions, starts, courses, questions, clock }: Deps) => {
  /** What comes after this attempt: reckoned like before a start, so that the two never differ. */
  const prospectsOf = async (attempt: ClosedAttempt): Promise<Prospects> => {
    const { test, attemptsLeft } = await starts.prospects(attempt);
    const next = test.state === 'waiting' ? { nextAllowedAt: test.nextAllowedAt } : {};
    const over = isPassed(attempt) || test.state === 'passed' || test.state === 'exhausted';
    return { attemptsLeft, ...next, over };
  };

  return {
    /** @throws DomainError `not-found`, also for somebody else's attempt */
    show: async (accountId: string, attemptId: string): Promise<AttemptView> => {
      const attempt = await submissions.load(accountId, attemptId);
      const course = await pinnedCourse(courses, attempt);
      const asked = await questions.ofForm(course, attempt.items);
      return isClosed(attempt)
        ? resultOf(attempt, course, { questions: asked, prospects: await prospectsOf(attempt) })
        : inProgress(attempt, course, { questions: asked, now: clock.now() });
    },

    /** How it stands, in a word: what a page asks every now and then. @throws DomainError `not-found` */
    pulse: async (
      accountId: string,
      attemptId: string,
    ): Promise<{ state: AttemptState; sitting: string; seq: number; now: Date; deadlineAt: Date }> => {
      const { state, sitting, seq, deadlineAt } = await submissions.load(accountId, attemptId);
      return { state, sitting: sitting.id, seq, now: clock.now(), deadlineAt };
    },
  };
};

export type ShowAttempt = ReturnType<typeof createShowAttempt>;
