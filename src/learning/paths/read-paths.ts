import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CourseFault } from '../course-checks.ts';
import { CourseContentError } from '../course-content.ts';
import type { CourseContent } from '../course-schema.ts';
import { type LearningPath, pathFile } from './learning-path.ts';

type Course = Pick<CourseContent, 'id' | 'prerequisites'>;
type PlacedPath = { file: string; path: LearningPath };

const namesIn = async (dir: string): Promise<string[]> => {
  try {
    return (await readdir(dir)).filter((name) => name.endsWith('.json')).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** What no single field shows: the name of the file, courses that exist once each, an order that can be kept. */
const pathFaults = ({ file, path }: PlacedPath, courses: readonly Course[]): CourseFault[] => {
  const ids = path.steps.map(({ courseId }) => courseId);
  const prerequisitesOf = (id: string) => courses.find((course) => course.id === id)?.prerequisites ?? [];
  const isLate = (id: string, index: number): boolean =>
    prerequisitesOf(id).some((before) => ids.indexOf(before) > index);
  const fault = (field: string, message: string): CourseFault => ({ file, field, message });
  return [
    ...(file === `paths/${path.id}.json` ? [] : [fault('id', 'must be the name of the file')]),
    ...ids
      .filter((id) => !courses.some((course) => course.id === id))
      .map((id) => fault('steps', `course "${id}" does not exist`)),
    ...ids
      .filter((id, index) => ids.indexOf(id) !== index)
      .map((id) => fault('steps', `course "${id}" is there twice`)),
    ...ids.filter(isLate).map((id) => fault('steps', `course "${id}" stands before its prerequisite`)),
  ];
};

/**
 * Reads `<contentDir>/paths/*.json`.
 * @throws {CourseContentError} listing the faults of all files
 */
export const readPaths = async (contentDir: string, courses: readonly Course[]): Promise<LearningPath[]> => {
  const dir = join(contentDir, 'paths');
  const faults: CourseFault[] = [];
  const paths: LearningPath[] = [];
  for (const name of await namesIn(dir)) {
    const file = `paths/${name}`;
    const read = pathFile.safeParse(parse(await readFile(join(dir, name), 'utf8')));
    if (read.success) {
      faults.push(...pathFaults({ file, path: read.data }, courses));
      paths.push(read.data);
    } else {
      const { issues } = read.error;
      faults.push(...issues.map(({ path, message }) => ({ file, field: path.join('.'), message })));
    }
  }
  if (faults.length > 0) throw new CourseContentError(contentDir, faults);
  return paths;
};
