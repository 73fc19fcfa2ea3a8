import type { Activity, CourseContent, Question, TestRules } from './course-schema.ts';

/** What a course version says about itself, as pure questions to its content. */

export type TestActivity = Extract<Activity, { kind: 'test' }>;
export type AssignmentActivity = Extract<Activity, { kind: 'assignment' }>;
export type QuizActivity = Extract<Activity, { kind: 'quiz' }>;
type Steps = Pick<CourseContent, 'modules'>;

/** Every activity in the order in which it is learnt. */
export const stepsOf = ({ modules }: Steps): Activity[] => modules.flatMap(({ activities }) => activities);

export const stepOf = (course: Steps, activityId: string): Activity | undefined =>
  stepsOf(course).find(({ id }) => id === activityId);

/** What must be done to complete the course. A test decides even when its authors forgot to require it. */
export const requiredSteps = (course: Steps): Activity[] =>
  stepsOf(course).filter(({ required, kind }) => required || kind === 'test');

/** The required steps that stand before an activity: they unlock a test. */
export const requiredBefore = (course: Steps, activityId: string): Activity[] => {
  const position = stepsOf(course).findIndex(({ id }) => id === activityId);
  const before = new Set(stepsOf(course).slice(0, position));
  return requiredSteps(course).filter((step) => before.has(step));
};

/** The test that decides about the certificate: the last one. */
export const finalTest = (course: Steps): TestActivity | undefined =>
  stepsOf(course).findLast((step) => step.kind === 'test');

export const questionsById = ({
  questions,
}: Pick<CourseContent, 'questions'>): ReadonlyMap<string, Question> =>
  new Map(questions.map((question) => [question.id, question]));

export const questionCount = ({ draw }: TestRules): number => draw.reduce((sum, { count }) => sum + count, 0);

type CourseModule = CourseContent['modules'][number];

const isNamedLike = (id: string, topic: string): boolean => id === topic || id.startsWith(`${topic}-`);

/** Where a topic of the test is taught: what a learner is sent back to. */
export type TopicPlace = { module: CourseModule; activity: Activity };

/** The module named like the topic, else the first whose quiz practises it, else the first with an activity of its name. */
const moduleOfTopic = (course: CourseContent, topic: string): CourseModule | undefined => {
  const questions = questionsById(course);
  const practises = (step: Activity): boolean =>
    step.kind === 'quiz' && step.questions.some((id) => questions.get(id)?.tags.includes(topic));
  const { modules } = course;
  return (
    modules.find(({ id }) => isNamedLike(id, topic)) ??
    modules.find(({ activities }) => activities.some(practises)) ??
    modules.find(({ activities }) => activities.some(({ id }) => isNamedLike(id, topic)))
  );
};

export const placeOfTopic = (course: CourseContent, topic: string): TopicPlace | undefined => {
  const module = moduleOfTopic(course, topic);
  const pages = module?.activities.filter(({ kind }) => kind !== 'test') ?? [];
  const activity = pages.find(({ id }) => isNamedLike(id, topic)) ?? pages[0];
  return module && activity ? { module, activity } : undefined;
};
