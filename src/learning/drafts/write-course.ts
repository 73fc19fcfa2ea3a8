import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { hashed } from '../course-content.ts';
import type { CourseContent } from '../course-schema.ts';
import type { CourseStore } from '../course-store.ts';
import { CourseDraftMoved } from '../events.ts';
import type { Publication } from '../publish-course.ts';
import { type CourseDraft, type DraftContent, type DraftFault, draftFaults } from './course-draft.ts';
import type { DraftStore } from './draft-store.ts';

/** `outdated`: somebody wrote in between; `draft` is what stands there now, and nothing was changed. */
export type DraftWritten = { outcome: 'written' | 'outdated'; draft: CourseDraft };

/** A course in the list of its authors. */
export type AuthoredCourse = {
  courseId: string;
  title: CourseContent['title'];
  version: number;
  draft?: Pick<CourseDraft, 'version' | 'state' | 'changedAt'>;
};

type Deps = {
  drafts: DraftStore;
  courses: CourseStore;
  publishCourse(content: CourseContent): Promise<Publication>;
  clock: Clock;
  outbox: Outbox;
};

type Step = { courseId: string; revision: number; by: string };
type Change = (content: DraftContent) => DraftContent;

/** Writing the next version of a course, and its way through review to publication by a second person. */
export const createWriteCourse = ({ drafts, courses, publishCourse, clock, outbox }: Deps) => {
  const find = async (courseId: string): Promise<CourseDraft> => {
    const draft = await drafts.of(courseId);
    if (!draft) throw notFound();
    return draft;
  };

  /** @throws DomainError `draft-changed` (409) when the reviewer has seen another revision */
  const move = async (
    { courseId, revision, by }: Step,
    change: (draft: CourseDraft) => CourseDraft,
    step: 'submitted' | 'returned' | 'published',
  ): Promise<void> => {
    const draft = await find(courseId);
    if (draft.revision !== revision) throw new DomainError('conflict', 'draft-changed');
    const now = clock.now();
    const next = { ...change(draft), revision: revision + 1, changedAt: now };
    const event = eventOf(CourseDraftMoved, { courseId, version: draft.version, by, step }, now);
    if (!(await drafts.write(next, event))) throw new DomainError('conflict', 'draft-changed');
    outbox.poke();
  };

  const expect = (draft: CourseDraft, state: CourseDraft['state']): void => {
    if (draft.state !== state) throw new DomainError('conflict', 'draft-not-there');
  };

  return {
    list: async (): Promise<AuthoredCourse[]> => {
      const [all, open] = await Promise.all([courses.allCurrent(), drafts.all()]);
      return all.map(({ id, title, version }) => {
        const draft = open.find(({ courseId, state }) => courseId === id && state !== 'published');
        return { courseId: id, title, version, ...(draft ? { draft } : {}) };
      });
    },

    /** The draft that is open, if any. @throws DomainError `not-found` for a course that was never published */
    show: async (courseId: string): Promise<{ course: CourseContent; draft?: CourseDraft }> => {
      const [course, draft] = await Promise.all([courses.current(courseId), drafts.of(courseId)]);
      if (!course) throw notFound();
      return draft && draft.state !== 'published' ? { course, draft } : { course };
    },

    faultsOf: ({ content }: CourseDraft): readonly DraftFault[] => draftFaults(content),

    /** Begins the next version as a copy of the present one; whoever comes second joins. @throws `not-found` */
    begin: async (courseId: string, by: string): Promise<CourseDraft> => {
      const course = await courses.current(courseId);
      if (!course) throw notFound();
      const { contentHash: _hash, ...content } = course;
      const version = course.version + 1;
      await drafts.begin({
        courseId,
        version,
        content: { ...content, version },
        revision: 1,
        state: 'writing',
        authors: [by],
        changedAt: clock.now(),
      });
      return find(courseId);
    },

    /** @throws DomainError `not-found`, `draft-not-there` while it is in review */
    edit: async ({ courseId, revision, by }: Step, change: Change): Promise<DraftWritten> => {
      const draft = await find(courseId);
      expect(draft, 'writing');
      if (draft.revision !== revision) return { outcome: 'outdated', draft };
      const next: CourseDraft = {
        ...draft,
        content: change(draft.content),
        revision: revision + 1,
        authors: [...new Set([...draft.authors, by])],
        changedAt: clock.now(),
      };
      const isOurs = await drafts.write(next);
      return isOurs
        ? { outcome: 'written', draft: next }
        : { outcome: 'outdated', draft: await find(courseId) };
    },

    /** @throws DomainError `not-found`, `draft-changed`, `draft-not-there`, `draft-incomplete` (409) */
    submit: (step: Step): Promise<void> =>
      move(
        step,
        (draft) => {
          expect(draft, 'writing');
          if (draftFaults(draft.content).length > 0) throw new DomainError('conflict', 'draft-incomplete');
          const { note: _note, ...rest } = draft;
          return { ...rest, state: 'in-review' };
        },
        'submitted',
      ),

    /** Back to its authors, with a reason. @throws DomainError `not-found`, `draft-changed`, `draft-not-there` */
    sendBack: ({ note, ...step }: Step & { note: string }): Promise<void> =>
      move(
        step,
        (draft) => {
          expect(draft, 'in-review');
          return { ...draft, state: 'writing', note };
        },
        'returned',
      ),

    /**
     * Publishes it, by somebody who wrote none of it. Cut between the two writes, pressing again finishes it.
     * @throws DomainError `not-found`, `draft-changed`, `draft-not-there`, `published-by-author`, `course-version-changed`
     */
    publish: async (step: Step): Promise<void> => {
      const draft = await find(step.courseId);
      expect(draft, 'in-review');
      if (draft.revision !== step.revision) throw new DomainError('conflict', 'draft-changed');
      if (draft.authors.includes(step.by)) throw new DomainError('forbidden', 'published-by-author');
      await publishCourse(hashed(draft.content));
      await move(step, (current) => ({ ...current, state: 'published' }), 'published');
    },
  };
};

export type WriteCourse = ReturnType<typeof createWriteCourse>;
