import { join } from 'node:path';
import { type Achievement, achievementOf } from './achievement.ts';
import {
  type CatalogueQuery,
  type CourseDescription,
  type CourseSummary,
  descriptionOf,
  matches,
  summaryOf,
  type Topic,
  topicsOf,
} from './catalogue.ts';
import { readCourses } from './course-content.ts';
import type { CourseContent } from './course-schema.ts';
import type { CourseStore } from './course-store.ts';
import type { AssetStore } from './files/asset-store.ts';
import { createKeepAssets } from './files/read-assets.ts';
import type { Publication } from './publish-course.ts';

/** What can be learnt: published versions, and how content files become such. */
export type PublishedCourses = {
  /** @throws DomainError `course-version-changed` */
  publishCourse(content: CourseContent): Promise<Publication>;
  /**
   * Reads every course folder of `<contentDir>/courses`, to be published one by one.
   * @throws CourseContentError with every fault of every folder
   */
  readCatalogue(contentDir: string): Promise<CourseContent[]>;
  /** Keeps the files that a course of `<contentDir>/courses` lists; before it is published. Safe to repeat. */
  keepCourseFiles(contentDir: string, course: CourseContent): Promise<void>;
  catalogue(query?: CatalogueQuery): Promise<CourseSummary[]>;
  /** The subjects that the catalogue can be filtered by. */
  topics(): Promise<Topic[]>;
  course(courseId: string): Promise<CourseDescription | undefined>;
  /** What a published version lets people earn; without `version`, the one that is offered now. */
  achievement(courseId: string, version?: number): Promise<Achievement | undefined>;
};

type Deps = {
  courses: CourseStore;
  assets: AssetStore;
  publishCourse: PublishedCourses['publishCourse'];
};

export const createPublishedCourses = ({ courses, assets, publishCourse }: Deps): PublishedCourses => ({
  publishCourse,
  readCatalogue: (contentDir) => readCourses(join(contentDir, 'courses')),
  keepCourseFiles: createKeepAssets(assets),
  catalogue: async (query = {}) =>
    (await courses.allCurrent()).filter((course) => matches(course, query)).map(summaryOf),
  topics: async () => topicsOf(await courses.allCurrent()),
  course: async (courseId) => {
    const course = await courses.current(courseId);
    return course && descriptionOf(course);
  },
  achievement: async (courseId, version) => {
    const course = await (version === undefined
      ? courses.current(courseId)
      : courses.version(courseId, version));
    return course && achievementOf(course);
  },
});
