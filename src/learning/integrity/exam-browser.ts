import { createHash, timingSafeEqual } from 'node:crypto';
import { createForgetfulMap } from '../../platform/forgetful-map.ts';
import type { AttemptStore } from '../attempts/attempt-store.ts';
import { stepOf } from '../course.ts';
import type { CourseStore } from '../course-store.ts';
import type { EnrolmentStore } from '../enrolments/enrolment-store.ts';

/**
 * Whether a request comes from Safe Exam Browser with one of the configurations of the test: its header
 * `X-SafeExamBrowser-ConfigKeyHash` is the SHA-256 of the address, without fragment, followed by the Config Key
 * (Safe Exam Browser developer documentation, "Config Key"), as hex.
 */
export const provesConfigKey = (
  address: string,
  header: string | undefined,
  keys: readonly string[],
): boolean => {
  if (!header || !/^[0-9a-f]{64}$/i.test(header)) return false;
  const given = Buffer.from(header, 'hex');
  return keys.some((key) => timingSafeEqual(given, createHash('sha256').update(`${address}${key}`).digest()));
};

type Place = { courseId: string; courseVersion: number; activityId: string };

type Deps = {
  attempts: Pick<AttemptStore, 'byId'>;
  enrolments: Pick<EnrolmentStore, 'byId'>;
  courses: CourseStore;
};

const rememberedAttempts = 2000;

/** Which Config Keys a test accepts; none when it may be taken in any browser. */
export const createExamBrowser = ({ attempts, enrolments, courses }: Deps) => {
  /** A form never changes its test, so an answer that is saved asks nothing here. */
  const known = createForgetfulMap<readonly string[]>(rememberedAttempts);

  const keysOf = async ({ courseId, courseVersion, activityId }: Place): Promise<readonly string[]> => {
    const course = await courses.version(courseId, courseVersion);
    const activity = course && stepOf(course, activityId);
    return activity?.kind === 'test' ? (activity.test.examBrowserKeys ?? []) : [];
  };

  return {
    ofAttempt: async (attemptId: string): Promise<readonly string[]> => {
      const remembered = known.get(attemptId);
      if (remembered) return remembered;
      const attempt = await attempts.byId(attemptId);
      if (!attempt) return [];
      const keys = await keysOf(attempt);
      known.set(attemptId, keys);
      return keys;
    },

    ofTest: async (enrolmentId: string, activityId: string): Promise<readonly string[]> => {
      const enrolment = await enrolments.byId(enrolmentId);
      return enrolment ? keysOf({ ...enrolment, activityId }) : [];
    },
  };
};

export type ExamBrowser = ReturnType<typeof createExamBrowser>;
