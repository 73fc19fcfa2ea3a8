import type { Localised } from '../platform/i18n.ts';
import { finalTest } from './course.ts';
import type { CourseContent } from './course-schema.ts';

/** What a course version lets people earn, as its certificates and its public page describe it. */
export type Achievement = {
  courseId: string;
  courseVersion: number;
  name: Localised;
  description: Localised;
  criteria: Localised;
  humanCode: string;
  tags: readonly Localised[];
  outcomes: readonly Localised[];
  alignment: NonNullable<CourseContent['achievement']['alignment']>;
  /** One line: how it is assessed. */
  assessment: Localised;
  supervision: CourseContent['supervision'];
  workloadMinutes: number;
  /** The share of the points that the deciding test asks for, as a fraction of 1. */
  passMark?: number;
  microCredential?: NonNullable<CourseContent['microCredential']>;
  /** How long its certificates hold, and how many days before their end they may be renewed; for good, when missing. */
  validity?: { months: number; windowDays: number };
};

export const achievementOf = (course: CourseContent): Achievement => {
  const { name, description, criteria, humanCode, tags, alignment = [] } = course.achievement;
  const { id: courseId, version: courseVersion, outcomes, assessment, workloadMinutes } = course;
  const passMark = finalTest(course)?.test.passMark;
  return {
    courseId,
    courseVersion,
    name,
    description,
    criteria,
    humanCode,
    tags,
    outcomes,
    alignment,
    assessment,
    supervision: course.supervision,
    workloadMinutes,
    ...(passMark === undefined ? {} : { passMark }),
    ...(course.microCredential ? { microCredential: course.microCredential } : {}),
    ...(course.validity
      ? { validity: { months: course.validity.months, windowDays: course.validity.windowDays } }
      : {}),
  };
};
