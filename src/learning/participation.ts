import { DomainError, notFound } from '../platform/errors.ts';
import type { Witness } from './attempts/integrity-event.ts';
import type { CourseContent } from './course-schema.ts';
import type { CourseStore } from './course-store.ts';
import type { CompleteEnrolment } from './enrolments/complete-enrolment.ts';
import { type Enrolment, isOpen, type OpenEnrolment } from './enrolments/enrolment.ts';
import type { EnrolmentStore } from './enrolments/enrolment-store.ts';

type Deps = {
  enrolments: EnrolmentStore;
  courses: CourseStore;
  completeEnrolment: CompleteEnrolment;
  witness: Pick<Witness, 'bypass'>;
};

/** Finds an enrolment for the person it belongs to, together with its pinned course version. */
export const createParticipation = ({ enrolments, courses, completeEnrolment, witness }: Deps) => {
  const pinned = async (enrolment: Enrolment): Promise<CourseContent> => {
    const course = await courses.version(enrolment.courseId, enrolment.courseVersion);
    if (!course) throw new Error(`course ${enrolment.courseId}@${enrolment.courseVersion} is gone`);
    return course;
  };

  /** The enrolment as its progress says, also when the step that completed it was cut off before it could say so. */
  const upToDate = async (enrolment: Enrolment): Promise<Enrolment> =>
    enrolment.state === 'active' ? ((await completeEnrolment(enrolment.id)) ?? enrolment) : enrolment;

  return {
    /** Everything a person was ever enrolled in, newest first. */
    all: async (accountId: string): Promise<{ enrolment: Enrolment; course: CourseContent }[]> =>
      Promise.all(
        (await enrolments.heldBy(accountId)).map(async (held) => {
          const enrolment = await upToDate(held);
          return { enrolment, course: await pinned(enrolment) };
        }),
      ),

    /** @throws DomainError `not-found` (also for somebody else's), `enrolment-closed` (403) after a withdrawal */
    open: async (
      accountId: string,
      enrolmentId: string,
    ): Promise<{ enrolment: OpenEnrolment; course: CourseContent }> => {
      const found = await enrolments.ofAccount(accountId, enrolmentId);
      if (!found) {
        const isForeign = (await enrolments.byId(enrolmentId)) !== undefined;
        if (isForeign) await witness.bypass({ accountId, enrolmentId, rule: 'foreign-enrolment' });
        throw notFound();
      }
      const enrolment = await upToDate(found);
      if (!isOpen(enrolment)) throw new DomainError('forbidden', 'enrolment-closed');
      return { enrolment, course: await pinned(enrolment) };
    },
  };
};

export type Participation = ReturnType<typeof createParticipation>;
