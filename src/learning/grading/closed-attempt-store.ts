import mongoose, { type Connection } from 'mongoose';
import { carrying } from '../../platform/database/outbox.ts';
import type { EventRecord } from '../../platform/events.ts';
import type { AttemptState, GradedAttempt } from '../attempts/attempt.ts';
import type { Result } from '../attempts/grade-attempt.ts';

/** Graded attempts, as examiners ask for them; the collection is that of `attempt-store.ts`. */
export type ClosedAttempt = Omit<GradedAttempt, 'accountId' | 'enrolmentId' | 'state'> & {
  state: AttemptState;
  /** Missing once the candidate was erased. */
  accountId?: string;
  enrolmentId?: string;
};

type ClosedDocument = Omit<ClosedAttempt, 'id'> & { _id: string };

const toClosed = ({ _id, ...fields }: ClosedDocument): ClosedAttempt => ({
  ...fields,
  id: _id,
  answers: fields.answers ?? {},
});

const closed = { result: mongoose.trusted({ $exists: true }) };

/** To be built after the store of attempts, whose model it shares. */
export const createClosedAttemptStore = (connection: Connection) => {
  const attempts = connection.model<ClosedDocument>('Attempt');

  const list = async (
    filter: object,
    sort: Record<string, 1 | -1>,
    limit: number,
  ): Promise<ClosedAttempt[]> => {
    const found = await attempts
      .find({ ...closed, ...filter }, { outbox: 0 })
      .sort(sort)
      .limit(limit)
      .lean();
    return found.map((one) => toClosed(one as never));
  };

  return {
    byId: async (id: string): Promise<ClosedAttempt | undefined> =>
      (await list({ _id: id }, { _id: 1 }, 1))[0],

    /** The newest attempts at a test, whatever version of the course. */
    newestOf: (courseId: string, activityId: string, limit: number) =>
      list({ courseId, activityId }, { submittedAt: -1 }, limit),

    /** Attempts whose form holds the question, in the order of their ids, after the given one. */
    withQuestion: (courseId: string, questionId: string, after: string, limit: number) =>
      list(
        { courseId, 'items.questionId': questionId, _id: mongoose.trusted({ $gt: after }) },
        { _id: 1 },
        limit,
      ),

    countWithQuestion: (courseId: string, questionId: string): Promise<number> =>
      attempts.countDocuments({ ...closed, courseId, 'items.questionId': questionId } as never),

    /** Notes the language of the page of an open attempt; answers whether it is open and this person's. */
    noteLanguage: async (id: string, accountId: string, language: string): Promise<boolean> => {
      const found = await attempts.updateOne(
        { _id: id, accountId, state: 'in_progress' } as never,
        { $set: { language } } as never,
      );
      return found.matchedCount === 1;
    },

    /** Replaces the result unless somebody else did meanwhile; the event rides along. */
    replaceResult: async (from: ClosedAttempt, result: Result, event: EventRecord): Promise<boolean> => {
      const changed = await attempts.updateOne(
        { ...closed, _id: from.id, revision: from.revision } as never,
        {
          $set: { result },
          $inc: { revision: 1 },
          $push: {
            ...carrying(event).$push,
            regrades: { at: event.at, points: from.result.points, passed: from.result.passed },
          },
        } as never,
      );
      return changed.modifiedCount === 1;
    },
  };
};

export type ClosedAttemptStore = ReturnType<typeof createClosedAttemptStore>;
