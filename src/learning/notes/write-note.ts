import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import { stepOf } from '../course.ts';
import type { ActivityRequest } from '../do-activity.ts';
import type { Participation } from '../participation.ts';
import type { NoteStore } from './note-store.ts';

/** Characters. */
export const longestNote = 5000;

/** The note beside one activity; revision 0 and no text when there is none yet. */
export type NoteView = { text: string; revision: number; changedAt?: Date };

/** `outdated` when another window has written since: `note` is what stands there now, and nothing was changed. */
export type NoteWritten = { outcome: 'written' | 'outdated'; note: NoteView };

type Deps = { notes: NoteStore; participation: Participation; clock: Clock };
type Writing = ActivityRequest & { text: string; seenRevision: number };

/** A learner's own notes, kept while the enrolment is open to them. */
export const createNotes = ({ notes, participation, clock }: Deps) => {
  const show = async ({ accountId, enrolmentId, activityId }: ActivityRequest): Promise<NoteView> => {
    const found = await notes.of(enrolmentId, activityId);
    if (found?.accountId !== accountId) return { text: '', revision: 0 };
    const { text, revision, changedAt } = found;
    return { text, revision, changedAt };
  };

  return {
    show,

    /** @throws DomainError `not-found`, `enrolment-closed` */
    write: async ({ text, seenRevision, ...place }: Writing): Promise<NoteWritten> => {
      const { course } = await participation.open(place.accountId, place.enrolmentId);
      if (!stepOf(course, place.activityId)) throw notFound();
      const note = { ...place, text, revision: seenRevision + 1, changedAt: clock.now() };
      const written = await notes.write(note);
      return { outcome: written ? 'written' : 'outdated', note: await show(place) };
    },
  };
};

export type Notes = ReturnType<typeof createNotes>;
