import mongoose, { type Connection } from 'mongoose';
import { isDuplicate } from '../platform/database/duplicates.ts';
import type { CourseContent } from './course-schema.ts';

/** A version is never changed: enrolments are pinned to it. */
type VersionDocument = {
  /** `<courseId>@<version>` */
  _id: string;
  courseId: string;
  version: number;
  contentHash: string;
  content: CourseContent;
  publishedAt: Date;
};

type CourseDocument = { _id: string; currentVersion: number };

const versionSchema = new mongoose.Schema<VersionDocument>(
  {
    _id: { type: String, required: true },
    courseId: { type: String, required: true },
    version: { type: Number, required: true },
    contentHash: { type: String, required: true },
    content: { type: mongoose.Schema.Types.Mixed, required: true },
    publishedAt: { type: Date, required: true },
  },
  { collection: 'course_versions', versionKey: false, minimize: false },
);

const courseSchema = new mongoose.Schema<CourseDocument>(
  { _id: { type: String, required: true }, currentVersion: { type: Number, required: true } },
  { collection: 'courses', versionKey: false },
);

const versionId = (courseId: string, version: number): string => `${courseId}@${version}`;

/** Course versions, kept in memory once read: they never change. */
export const createCourseStore = (connection: Connection) => {
  const versions = connection.model<VersionDocument>('CourseVersion', versionSchema);
  const courses = connection.model<CourseDocument>('Course', courseSchema);
  const read = new Map<string, CourseContent>();

  const version = async (courseId: string, number: number): Promise<CourseContent | undefined> => {
    const id = versionId(courseId, number);
    const known = read.get(id);
    if (known) return known;
    const found = await versions.findById(id).lean();
    if (found) read.set(id, found.content);
    return found?.content;
  };

  return {
    version,

    /** Keeps a version and answers the hash that is kept: another one means that the version was taken already. */
    keep: async (content: CourseContent, now: Date): Promise<{ hash: string; isNew: boolean }> => {
      const { id: courseId, version: number, contentHash } = content;
      const _id = versionId(courseId, number);
      try {
        await versions.create({ _id, courseId, version: number, contentHash, content, publishedAt: now });
        return { hash: contentHash, isNew: true };
      } catch (error) {
        if (!isDuplicate(error)) throw error;
        const kept = await versions.findById(_id, { contentHash: 1 }).lean();
        return { hash: kept?.contentHash ?? '', isNew: false };
      }
    },

    /** Offers this version to new learners, unless a later one is offered already. */
    offer: async (courseId: string, number: number): Promise<void> => {
      const raise = () =>
        courses.updateOne({ _id: courseId }, { $max: { currentVersion: number } }, { upsert: true });
      try {
        await raise();
      } catch (error) {
        // Two first publications at once: the loser's upsert finds the winner's document the second time.
        if (!isDuplicate(error)) throw error;
        await raise();
      }
    },

    current: async (courseId: string): Promise<CourseContent | undefined> => {
      const course = await courses.findById(courseId).lean();
      return course ? version(courseId, course.currentVersion) : undefined;
    },

    allCurrent: async (): Promise<CourseContent[]> => {
      const list = await courses.find().sort({ _id: 1 }).lean();
      const found = await Promise.all(list.map((course) => version(course._id, course.currentVersion)));
      return found.filter((content) => content !== undefined);
    },
  };
};

export type CourseStore = ReturnType<typeof createCourseStore>;
