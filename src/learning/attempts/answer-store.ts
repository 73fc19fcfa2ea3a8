import mongoose, { type Connection } from 'mongoose';
import { createForgetfulMap } from '../../platform/forgetful-map.ts';
import type { Attempt, SavedAnswer, SaveMark } from './attempt.ts';
import { attemptModel } from './attempt-store.ts';

/** Saves that are remembered of one attempt; older ones fall out. */
const rememberedSaves = 1000;

/**
 * Which attempt a save is meant for, whose, and from which window; with `recalled`, only while nothing was recalled since
 * the sitting stood at that number.
 */
export type SaveTarget = { id: string; accountId: string; sitting: string; at: Date; recalled?: number };

/** What a save needs to know of an attempt and never changes while it is open. */
export type FrozenForm = Pick<
  Attempt,
  'id' | 'accountId' | 'enrolmentId' | 'courseId' | 'courseVersion' | 'activityId' | 'items' | 'navigation'
>;

export type Kept = { deadlineAt: Date; seq: number; answers: Attempt['answers'] };

const formsInMemory = 2000;

/** The attempt while answers are taken of it, from the window that holds it. */
const openFor = ({ id, accountId, sitting, at, recalled }: SaveTarget) => ({
  _id: id as never,
  accountId,
  state: 'in_progress',
  'sitting.id': sitting,
  closesAt: { $gte: at },
  ...(recalled === undefined ? {} : { 'sitting.recalled': recalled }),
});

const marks = (saves: readonly SaveMark[]) => ({ $each: [...saves], $slice: -rememberedSaves });

/** Saving of answers: each save is one conditional update, and the form that it is checked against comes from memory. */
export const createAnswerStore = (connection: Connection) => {
  const attempts = attemptModel(connection);
  const forms = createForgetfulMap<FrozenForm>(formsInMemory);

  const open = (target: SaveTarget): Record<string, unknown> => ({
    ...openFor(target),
    closesAt: mongoose.trusted({ $gte: target.at }),
  });

  return {
    /** The frozen form of an attempt if it is in memory. */
    knownForm: (id: string): FrozenForm | undefined => forms.get(id),

    /** The frozen form of an attempt, whoever asks: the asker's right to it is checked by each save. */
    form: async (id: string): Promise<FrozenForm | undefined> => {
      const known = forms.get(id);
      if (known) return known;
      const found = await attempts
        .findOne(
          { _id: id },
          {
            accountId: 1,
            enrolmentId: 1,
            courseId: 1,
            courseVersion: 1,
            activityId: 1,
            items: 1,
            navigation: 1,
          },
        )
        .lean();
      if (!found) return undefined;
      const { _id, ...fields } = found;
      const form = { id: _id, ...fields } as FrozenForm;
      forms.set(id, form);
      return form;
    },

    /**
     * Saves one answer unless a later one is there. Answers nothing when it was too late, in any sense; `at` binds a
     * linear test to the question it has reached.
     */
    saveNewer: async (
      target: SaveTarget,
      slot: number,
      { value, seq }: Pick<SavedAnswer, 'value' | 'seq'>,
      position?: number,
    ): Promise<Kept | undefined> => {
      const path = `answers.${slot}`;
      const { at } = target;
      // Past Mongoose: nothing here needs casting, and casting costs a fifth of the time that the server has to work.
      const changed = await attempts.collection.findOneAndUpdate(
        {
          ...openFor(target),
          ...(position === undefined ? {} : { position }),
          [`${path}.seq`]: { $not: { $gte: seq } },
        },
        {
          $set: { [path]: { value, seq, at } },
          $max: { seq },
          $inc: { revision: 1 },
          $push: { saves: marks([{ slot, seq, at }]) } as never,
        },
        { returnDocument: 'after', projection: { [path]: 1, deadlineAt: 1, seq: 1 } },
      );
      return (changed as Kept | null) ?? undefined;
    },

    /**
     * Saves what a whole form says, all of it in one write, when nothing was saved since number `after`. In a linear
     * test it also moves on from the question at `step.from`.
     */
    saveForm: async (
      target: SaveTarget,
      {
        after,
        answers,
        flagged,
        step,
      }: {
        after: number;
        answers: ReadonlyMap<number, SavedAnswer>;
        flagged: readonly number[];
        step?: { from: number; to: number };
      },
    ): Promise<boolean> => {
      const changes = Object.fromEntries([...answers].map(([slot, answer]) => [`answers.${slot}`, answer]));
      const seq = Math.max(after, ...[...answers.values()].map((answer) => answer.seq));
      const saves = [...answers].map(([slot, answer]) => ({ slot, seq: answer.seq, at: target.at }));
      const changed = await attempts.updateOne(
        { ...open(target), seq: after, ...(step ? { position: step.from } : {}) },
        {
          $set: { ...changes, seq, flagged: [...flagged], ...(step ? { position: step.to } : {}) },
          $inc: { revision: 1 },
          ...(saves.length > 0 ? { $push: { saves: marks(saves) } } : {}),
        },
      );
      return changed.matchedCount === 1;
    },

    /** How often the sitting of an open attempt was recalled. */
    recalledOf: async (id: string): Promise<number | undefined> => {
      const found = await attempts.findOne({ _id: id }, { sitting: 1 }).lean();
      return found?.sitting?.recalled;
    },

    /** Voids whatever was checked before, of the open attempts of a person or in an enrolment. */
    recall: async (whose: { accountId: string } | { enrolmentId: string }): Promise<void> => {
      await attempts.updateMany({ ...whose, state: 'in_progress' }, { $inc: { 'sitting.recalled': 1 } });
    },

    /** Notes that a question is to be looked at again, or not any more. Answers false when the attempt is not held. */
    flag: async (target: SaveTarget, slot: number, later: boolean): Promise<boolean> => {
      const changed = await attempts.updateOne(
        open(target),
        later ? { $addToSet: { flagged: slot } } : { $pull: { flagged: slot } },
      );
      return changed.matchedCount === 1;
    },
  };
};

export type AnswerStore = ReturnType<typeof createAnswerStore>;
