import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import type { Random } from '../../platform/random.ts';
import type { AnswerStore } from '../attempts/answer-store.ts';
import type { Witness } from '../attempts/integrity-event.ts';
import type { CourseStore } from '../course-store.ts';
import type { Participation } from '../participation.ts';
import type { Prerequisite, Prerequisites } from '../prerequisites.ts';
import type { LanguageOf } from './complete-enrolment.ts';
import { createEnrol } from './enrol.ts';
import type { EnrolmentStore } from './enrolment-store.ts';
import { createOpenEnrolments, type OpenedCourse, type PaidOrder } from './open-enrolments.ts';
import type { OrderWithdrawalStore } from './order-withdrawal-store.ts';
import { cardOf, type LearningCard, type Outline, outlineOf } from './outline.ts';
import {
  createRenewals,
  type PaidRenewal,
  type RenewableFrom,
  type RenewalView,
  type RenewRequest,
} from './renew.ts';
import { createOrderWithdrawals, type Withdrawal } from './withdraw.ts';

/** How people come to a course, stay in it, and lose it again. */
export type Access = {
  /** What must be completed before this course; signed out, nothing is. */
  prerequisites(courseId: string, accountId?: string): Promise<readonly Prerequisite[]>;
  /** @throws DomainError `prerequisites-missing` (409); a course that was never published asks for nothing */
  assertPrerequisites(accountId: string, courseId: string): Promise<void>;
  /** The enrolment that gives this person access to the course. */
  enrolmentIn(accountId: string, courseId: string): Promise<{ enrolmentId: string } | undefined>;
  /** @throws DomainError `not-found`, `course-needs-payment`, `prerequisites-missing` */
  enrol(request: { accountId: string; courseId: string }): Promise<{ enrolmentId: string }>;
  /**
   * Opens the enrolment that renews a completed one, for nothing.
   * @throws DomainError `not-found`, `not-renewable`, `renewal-too-early`, `renewal-needs-payment`
   */
  renew(request: RenewRequest): Promise<{ enrolmentId: string }>;
  /** What renewing a completed enrolment asks for, and how far it is. */
  renewalOf(request: RenewRequest): Promise<RenewalView | undefined>;
  /** @throws DomainError `not-found` where renewing has no price, `not-renewable`, `renewal-too-early` */
  assertMayRenew(accountId: string, courseId: string): Promise<void>;
  /** What follows from a paid order with renewals. Safe to repeat. */
  openPaidRenewals(order: PaidRenewal): Promise<void>;
  /** What follows from `EnrolmentRenewed`. Safe to repeat. */
  openRenewal(request: RenewRequest): Promise<void>;
  /** What follows from a paid order. Safe to repeat. */
  openEnrolments(order: PaidOrder): Promise<OpenedCourse[]>;
  /** What follows from a refunded order. Safe to repeat, and to come before `openEnrolments`. */
  withdraw(withdrawal: Withdrawal): Promise<void>;
  /** Newest first. */
  myLearning(accountId: string): Promise<LearningCard[]>;
  /** @throws DomainError `not-found`, `enrolment-closed` */
  outline(accountId: string, enrolmentId: string): Promise<Outline>;
};

type Deps = {
  courses: CourseStore;
  enrolments: EnrolmentStore;
  answers: Pick<AnswerStore, 'recall'>;
  prerequisites: Prerequisites;
  participation: Participation;
  marks: OrderWithdrawalStore;
  witness: Pick<Witness, 'bypass'>;
  languageOf: LanguageOf;
  renewableFrom: RenewableFrom;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

export const createAccess = (deps: Deps): Access => {
  const { courses, enrolments, prerequisites, participation } = deps;
  const withdrawals = createOrderWithdrawals(deps);
  return {
    prerequisites: async (courseId, accountId) => {
      const course = await courses.current(courseId);
      return course ? prerequisites.standing(course, accountId) : [];
    },
    assertPrerequisites: async (accountId, courseId) => {
      const course = await courses.current(courseId);
      if (course) await prerequisites.assertMet(course, accountId);
    },
    enrolmentIn: async (accountId, courseId) => {
      const held = await enrolments.openFor(accountId, courseId);
      return held && { enrolmentId: held.id };
    },
    enrol: createEnrol(deps),
    openEnrolments: createOpenEnrolments({ ...deps, withdrawals }),
    withdraw: withdrawals.withdraw,
    ...createRenewals({ ...deps, withdrawals }),
    myLearning: async (accountId) =>
      (await participation.all(accountId)).map(({ enrolment, course }) => cardOf(enrolment, course)),
    outline: async (accountId, enrolmentId) => {
      const { enrolment, course } = await participation.open(accountId, enrolmentId);
      return outlineOf(enrolment, course, await courses.current(course.id));
    },
  };
};
