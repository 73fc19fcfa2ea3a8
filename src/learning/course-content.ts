import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import {
  activitiesOf,
  type CourseFault,
  courseFaults,
  markdownFaults,
  type PlacedQuestion,
  questionFaults,
} from './course-checks.ts';
import {
  type CourseContent,
  type CourseFile,
  courseFile,
  type Localised,
  question,
} from './course-schema.ts';
import { assetFaults } from './files/asset-checks.ts';
import { readAssets } from './files/read-assets.ts';
import { prerequisiteFaults } from './prerequisite-checks.ts';

export { type CourseFault, drawPool, PRACTICE_TAG } from './course-checks.ts';
export type { Activity, CourseContent, Localised, Question, TestRules } from './course-schema.ts';

/** A course folder that cannot be used, with everything that is wrong in it. */
export class CourseContentError extends Error {
  override name = 'CourseContentError';
  readonly faults: readonly CourseFault[];
  constructor(dir: string, faults: readonly CourseFault[]) {
    const lines = faults.map(
      ({ file, field, message }) => `  ${file}${field ? ` [${field}]` : ''}: ${message}`,
    );
    super(`${faults.length} faults in ${dir}\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads one course folder: `course.json`, `questions/*.json` (each a list), `activities/<id>.<en|fr>.md`, and `files/*`
 * for what activities show or hand out.
 * @throws {CourseContentError} listing every fault at once, each with its file and field
 */
export async function readCourse(dir: string): Promise<CourseContent> {
  const faults: CourseFault[] = [];
  const course = await readJson(dir, 'course.json', courseFile, faults);
  const { placed, complete } = await readQuestions(dir, faults);
  const questions = placed.map((entry) => entry.question).sort((a, b) => (a.id < b.id ? -1 : 1));
  faults.push(...questionFaults(placed));
  if (course === undefined) throw new CourseContentError(dir, faults);

  const bodies = await readBodies(dir, course, faults);
  const files = await readAssets(dir, faults);
  faults.push(...nameFaults(dir, course), ...assetFaults(course, bodies, files));
  // While a file of questions cannot be read, its questions would only be reported again, as missing.
  if (complete) faults.push(...courseFaults(course, questions));
  if (faults.length > 0) throw new CourseContentError(dir, faults);
  return hashed({
    ...course,
    modules: withBodies(course, bodies),
    questions,
    ...(files.length > 0 ? { files } : {}),
  });
}

/**
 * Reads every course folder inside `dir`, in the order of their names.
 * @throws {CourseContentError} listing the faults of all of them, each file under its folder's name
 */
export async function readCourses(dir: string): Promise<CourseContent[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const results = await Promise.allSettled(names.sort().map((name) => readCourse(join(dir, name))));
  const courses: CourseContent[] = [];
  const faults: CourseFault[] = [];
  for (const [index, result] of results.entries()) {
    if (result.status === 'fulfilled') courses.push(result.value);
    else faults.push(...faultsUnder(names[index] ?? '', result.reason));
  }
  faults.push(...sharedCodes(courses), ...prerequisiteFaults(courses));
  if (faults.length > 0) throw new CourseContentError(dir, faults);
  return courses;
}

function faultsUnder(folder: string, reason: unknown): CourseFault[] {
  if (!(reason instanceof CourseContentError)) throw reason;
  return reason.faults.map((fault) => ({ ...fault, file: `${folder}/${fault.file}` }));
}

/** The code is printed on certificates, so two courses may not share one. */
function sharedCodes(courses: readonly CourseContent[]): CourseFault[] {
  const codes = courses.map(({ achievement }) => achievement.humanCode);
  return courses
    .filter(({ achievement }, index) => codes.indexOf(achievement.humanCode) !== index)
    .map(({ id, achievement }) => ({
      file: `${id}/course.json`,
      field: 'achievement.humanCode',
      message: `"${achievement.humanCode}" belongs to another course`,
    }));
}

const nameFaults = (dir: string, { id }: CourseFile): CourseFault[] =>
  basename(dir) === id
    ? []
    : [{ file: 'course.json', field: 'id', message: `must be the folder's name, ${basename(dir)}` }];

/** Line ends are made the same everywhere, so that a checkout on Windows has the same content hash. */
async function readText(dir: string, file: string, faults: CourseFault[]): Promise<string | undefined> {
  try {
    return (await readFile(join(dir, file), 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    faults.push({ file, field: '', message: 'is missing' });
    return undefined;
  }
}

async function readJson<T>(
  dir: string,
  file: string,
  schema: z.ZodType<T>,
  faults: CourseFault[],
): Promise<T | undefined> {
  const text = await readText(dir, file, faults);
  if (text === undefined) return undefined;
  const json = parseJson(text);
  if (json instanceof SyntaxError) {
    faults.push({ file, field: '', message: `is not JSON: ${json.message}` });
    return undefined;
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  for (const { path, message } of result.error.issues) faults.push({ file, field: path.join('.'), message });
  return undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return error;
  }
}

async function filesIn(dir: string, folder: string): Promise<string[]> {
  try {
    return (await readdir(join(dir, folder))).sort().map((name) => `${folder}/${name}`);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}

async function readQuestions(dir: string, faults: CourseFault[]) {
  const placed: PlacedQuestion[] = [];
  let complete = true;
  for (const file of await filesIn(dir, 'questions')) {
    const list = await readJson(dir, file, z.array(question).min(1), faults);
    if (list === undefined) complete = false;
    else placed.push(...list.map((entry, index) => ({ file, index, question: entry })));
  }
  return { placed, complete };
}

type Bodies = ReadonlyMap<string, Localised>;

async function readBodies(dir: string, course: CourseFile, faults: CourseFault[]): Promise<Bodies> {
  const bodies = new Map<string, Localised>();
  for (const { activity } of activitiesOf(course)) {
    const en = await readBody(dir, `activities/${activity.id}.en.md`, faults);
    const fr = await readBody(dir, `activities/${activity.id}.fr.md`, faults);
    bodies.set(activity.id, { en, fr });
  }
  const expected = new Set(
    [...bodies.keys()].flatMap((id) => [`activities/${id}.en.md`, `activities/${id}.fr.md`]),
  );
  const strays = (await filesIn(dir, 'activities')).filter((file) => !expected.has(file));
  faults.push(...strays.map((file) => ({ file, field: '', message: 'belongs to no activity' })));
  return bodies;
}

async function readBody(dir: string, file: string, faults: CourseFault[]): Promise<string> {
  const markdown = (await readText(dir, file, faults))?.trim();
  if (markdown === '') faults.push({ file, field: '', message: 'is empty' });
  faults.push(...markdownFaults(file, markdown ?? ''));
  return markdown ?? '';
}

const withBodies = ({ modules }: CourseFile, bodies: Bodies): CourseContent['modules'] =>
  modules.map((part) => ({
    ...part,
    activities: part.activities.map((activity) => ({
      ...activity,
      body: bodies.get(activity.id) ?? { en: '', fr: '' },
    })),
  }));

/** A version with the digest of everything it says. */
export const hashed = (content: Omit<CourseContent, 'contentHash'>): CourseContent => ({
  ...content,
  contentHash: createHash('sha256').update(canonical(content)).digest('hex'),
});

/** JSON with the keys of every object sorted: the same content gives the same text, however its files were laid out. */
const canonical = (content: object): string =>
  JSON.stringify(content, (_key, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
