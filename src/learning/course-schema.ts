import { z } from 'zod';
import { assignmentRules } from './assignments/assignment-rules.ts';
import { type Localised, localised, signedCode, signedText, signedUrl, slug } from './content-text.ts';
import { assetName, type CourseAsset } from './files/course-asset.ts';
import type { Question } from './items/question.ts';

/**
 * The shape of a course as its authors write it: `course.json` and `questions/*.json`. Objects are strict: a misspelt
 * field is a fault, never silently ignored. What spans several fields or files is checked in `course-checks.ts`.
 */

const minutes = z.int().min(1).max(600);
/** A part of the whole, as a fraction: 0.8 is 80 %. */
const share = z.number().gt(0).max(1);

const testRules = z.strictObject({
  draw: z.array(z.strictObject({ tag: slug, count: z.int().min(1) })).min(1),
  passMark: share,
  attempts: z.int().min(1).max(20),
  waitingMinutes: z.array(z.int().min(0)),
  timeLimitMinutes: minutes,
  shuffleOptions: z.boolean(),
  shuffleQuestions: z.boolean(),
  // What is left out has the value that `policyOf` (attempts/test-policy.ts) names; filled in here, it would change the
  // hash of versions that are published already.
  source: z.enum(['course', 'bank']).exactOptional(),
  navigation: z.enum(['linear', 'nonlinear']).exactOptional(),
  layout: z.enum(['all', 'one']).exactOptional(),
  graceSeconds: z.int().min(0).max(300).exactOptional(),
  review: z
    .strictObject({ shows: z.enum(['nothing', 'score', 'topics']), when: z.enum(['at-once', 'when-over']) })
    .exactOptional(),
  abandonedCounts: z.boolean().exactOptional(),
  /** How answers that only a person can judge are marked; a third marker is asked when two differ by more. */
  marking: z.strictObject({ markers: z.literal([1, 2]), threshold: share.exactOptional() }).exactOptional(),
  /** Whether a person looks at an attempt before its result counts: never when missing. */
  requiresReview: z.enum(['never', 'flagged', 'always']).exactOptional(),
  /** Config Keys of Safe Exam Browser, SHA-256 in lower-case hex: with any, the test is taken in that browser alone. */
  examBrowserKeys: z
    .array(z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits'))
    .min(1)
    .exactOptional(),
});

const activityFields = { id: slug, title: localised, minutes, required: z.boolean() };

const page = z.strictObject({
  ...activityFields,
  kind: z.literal('page'),
  completion: z.strictObject({ rule: z.literal('view') }),
});

const fileName = z.string().max(100).regex(assetName, 'must be the name of a file in `files`');
const ofLanguage = z.strictObject({ en: fileName, fr: fileName });
const viewed = z.strictObject({ rule: z.literal('view') });

/** A film with captions; the body is its transcript. */
const video = z.strictObject({
  ...activityFields,
  kind: z.literal('video'),
  film: ofLanguage,
  captions: ofLanguage,
  completion: viewed,
});

/** A document to take along; the body says what it is for. */
const file = z.strictObject({
  ...activityFields,
  kind: z.literal('file'),
  document: ofLanguage,
  completion: viewed,
});

/** A page of somebody else; the body says what to look for there. */
const link = z.strictObject({
  ...activityFields,
  kind: z.literal('link'),
  address: z.strictObject({ en: z.url({ protocol: /^https$/ }), fr: z.url({ protocol: /^https$/ }) }),
  completion: viewed,
});

const quiz = z.strictObject({
  ...activityFields,
  kind: z.literal('quiz'),
  questions: z.array(slug).min(1),
  completion: z.strictObject({ rule: z.literal('score'), atLeast: share }),
});

const test = z.strictObject({
  ...activityFields,
  kind: z.literal('test'),
  test: testRules,
  completion: z.strictObject({ rule: z.literal('pass') }),
});

/** Work that a person reads and marks by a rubric; the body says what to do. Done when handed in, or when passed. */
const assignment = z.strictObject({
  ...activityFields,
  kind: z.literal('assignment'),
  assignment: assignmentRules,
  completion: z.strictObject({ rule: z.enum(['hand-in', 'pass']) }),
});

/** A node of a published framework that the achievement reaches (Open Badges 3.0, B.2 Alignment). */
const alignment = z.strictObject({
  targetName: signedText,
  targetUrl: signedUrl,
  targetFramework: signedText,
  targetCode: signedCode.exactOptional(),
});

/** Who watches over the test, and how it is known who sits it; certificates say it in words. */
const supervisionLevels = [
  'unsupervised',
  'unsupervised-identified',
  'supervised-online',
  'supervised-onsite',
] as const;

/**
 * What the Council Recommendation on micro-credentials (16 June 2022, Annex I) asks for and no other field says. `ects`
 * is the workload in credits, of 25 to 30 hours each (ECTS Users’ Guide); `eqfLevel` the provider's own reading of the
 * European Qualifications Framework.
 */
const microCredential = z.strictObject({
  eqfLevel: z.int().min(1).max(8),
  ects: z.number().gt(0).max(60),
  participation: signedText,
  supervision: signedText,
  qualityAssurance: signedText,
  prerequisites: signedText,
  stackability: signedText,
});

/**
 * How long a certificate of this course holds, and what renewing it asks for: the test alone, or the whole course again.
 * It may be renewed from `windowDays` before its end. Renewing is free when `payment` is missing; `paid` goes through an
 * order for the product `renewal:<course>` of the price list.
 */
const validity = z.strictObject({
  months: z.int().min(1).max(120),
  renewal: z.enum(['test', 'course']),
  payment: z.enum(['free', 'paid']).exactOptional(),
  windowDays: z.int().min(1).max(365),
});

const achievement = z.strictObject({
  name: signedText,
  description: signedText,
  criteria: signedText,
  achievementType: z.literal('Certificate'),
  humanCode: z.string().regex(/^[A-Z0-9]+(-[A-Z0-9]+)*$/, 'must be capitals and digits joined by hyphens'),
  tags: z.array(signedText).min(1),
  alignment: z.array(alignment).min(1).exactOptional(),
});

const courseModule = z.strictObject({
  id: slug,
  title: localised,
  activities: z.array(z.discriminatedUnion('kind', [page, video, file, link, quiz, test, assignment])).min(1),
});

export const courseFile = z.strictObject({
  id: slug,
  version: z.int().min(1),
  access: z.enum(['free', 'paid']),
  title: localised,
  summary: localised,
  audience: localised,
  outcomes: z.array(signedText).min(1),
  workloadMinutes: minutes,
  level: localised,
  achievement,
  assessment: signedText,
  supervision: z.enum(supervisionLevels),
  microCredential: microCredential.exactOptional(),
  /** What became different with a version, for those who learn by an earlier one. */
  changes: z
    .array(z.strictObject({ version: z.int().min(2), text: localised }))
    .min(1)
    .exactOptional(),
  /** Courses to complete first; nobody is enrolled before, whatever page they come from. */
  prerequisites: z.array(slug).min(1).max(10).exactOptional(),
  validity: validity.exactOptional(),
  modules: z.array(courseModule).min(1),
});

export type { Localised } from './content-text.ts';
export { type Question, question } from './items/question.ts';
/** How a test is drawn and passed. `waitingMinutes[n]` is the wait before attempt n + 2; shares are fractions of 1. */
export type TestRules = z.infer<typeof testRules>;
export type CourseFile = z.infer<typeof courseFile>;
type ActivityFile = CourseFile['modules'][number]['activities'][number];
/** A step of a course. `body` is Markdown: the page itself, or what is said before a quiz or test begins. */
export type Activity = ActivityFile & { body: Localised };

/** A course with its texts and questions, as one plain object. */
export type CourseContent = Omit<CourseFile, 'modules'> & {
  modules: (Omit<CourseFile['modules'][number], 'activities'> & { activities: Activity[] })[];
  /** What lies in the folder `files`; a course without any has none. */
  files?: CourseAsset[];
  /** Sorted by id, whatever file they came from. */
  questions: Question[];
  /** SHA-256 of everything above in canonical JSON (keys sorted), lower-case hex. */
  contentHash: string;
};
