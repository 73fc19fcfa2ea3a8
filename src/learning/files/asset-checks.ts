import type { CourseFault } from '../course-checks.ts';
import { activitiesOf } from '../course-checks.ts';
import { pictureNames } from '../course-markdown.ts';
import type { CourseFile, Localised } from '../course-schema.ts';
import { assetKind, type CourseAsset } from './course-asset.ts';

type Activity = CourseFile['modules'][number]['activities'][number];
type Use = { file: string; field: string; name: string; as: NonNullable<ReturnType<typeof assetKind>> };

const inActivity = (path: string, activity: Activity): Use[] => {
  const uses = (field: string, { en, fr }: Localised, as: Use['as']): Use[] =>
    [en, fr].map((name) => ({ file: 'course.json', field: `${path}.${field}`, name, as }));
  if (activity.kind === 'file') return uses('document', activity.document, 'document');
  if (activity.kind !== 'video') return [];
  return [...uses('film', activity.film, 'video'), ...uses('captions', activity.captions, 'captions')];
};

const inBodies = (bodies: ReadonlyMap<string, Localised>): Use[] =>
  [...bodies].flatMap(([id, body]) =>
    (['en', 'fr'] as const).flatMap((language) =>
      pictureNames(body[language]).map((name) => ({
        file: `activities/${id}.${language}.md`,
        field: '',
        name,
        as: 'picture' as const,
      })),
    ),
  );

/** Faults of what a course and its files say about each other: missing files, wrong kinds, files nobody would see. */
export const assetFaults = (
  course: CourseFile,
  bodies: ReadonlyMap<string, Localised>,
  files: readonly CourseAsset[],
): CourseFault[] => {
  const uses = [
    ...activitiesOf(course).flatMap(({ path, activity }) => inActivity(path, activity)),
    ...inBodies(bodies),
  ];
  const known = new Set(files.map(({ name }) => name));
  const used = new Set(uses.map(({ name }) => name));
  return [
    ...uses.flatMap(({ file, field, name, as }) => {
      if (!known.has(name)) return [{ file, field, message: `files/${name} is missing` }];
      return assetKind(name) === as ? [] : [{ file, field, message: `files/${name} is no ${as}` }];
    }),
    ...files
      .filter(({ name }) => !used.has(name))
      .map(({ name }) => ({ file: `files/${name}`, field: '', message: 'belongs to no activity' })),
  ];
};
