import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { DomainError, type FieldFault, invalid, notFound } from '../../platform/errors.ts';
import { eventOf } from '../../platform/events.ts';
import { type Random, token } from '../../platform/random.ts';
import { type AssignmentActivity, stepOf } from '../course.ts';
import type { ActivityRequest } from '../do-activity.ts';
import type { OpenEnrolment } from '../enrolments/enrolment.ts';
import type { Participation } from '../participation.ts';
import { AssignmentHandedIn } from './events.ts';
import type { WorkFileStore } from './file-store.ts';
import { type HandedFile, handedMediaType, readHandedFile } from './handed-file.ts';
import type { RecordWork } from './record-work.ts';
import { takesWork } from './show-work.ts';
import {
  appealed,
  type Draft,
  draftFaults,
  handedIn,
  handInFaults,
  latest,
  longestAppeal,
  type Work,
  written,
} from './work.ts';
import type { WorkStore } from './work-store.ts';

type Deps = {
  works: WorkStore;
  files: WorkFileStore;
  participation: Participation;
  recordWork: RecordWork;
  clock: Clock;
  random: Random;
  outbox: Outbox;
};

/** A file as it was sent. */
export type SentFile = { name: string; bytes: Uint8Array };

/** What the form holds. Without a new file the one of the draft stays, unless it is dropped. */
export type WorkRequest = ActivityRequest & {
  text: string;
  seenRevision: number;
  file?: SentFile;
  dropFile?: boolean;
};

/** `outdated`: another window wrote or handed in meanwhile; nothing was changed. */
export type WorkWritten = { outcome: 'written' | 'outdated' };

export type WorkFile = { name: string; mediaType: string; bytes: Buffer };

const longestName = 120;

/** As its owner sees it again: without anything that would not be shown. */
const shownName = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\p{Cf}/\\]/gu, '')
    .trim()
    .slice(-longestName) || '–';

type Found = { work: Work; activity: AssignmentActivity };
type Change = (work: Work, rules: AssignmentActivity['assignment'], draft: Draft, at: Date) => Work;

/** A text with one kind of line end, so that limits count alike everywhere. */
const plain = (text: string): string => text.replaceAll('\r\n', '\n').trim();

/** Writing and handing in: each step is one write over the revision that its sender had seen. */
export const createDoAssignment = (deps: Deps) => {
  const { works, files, participation, recordWork, clock, random, outbox } = deps;

  const begun = (enrolment: OpenEnrolment, activityId: string): Work => ({
    id: token(random, 16),
    enrolmentId: enrolment.id,
    accountId: enrolment.accountId,
    courseId: enrolment.courseId,
    courseVersion: enrolment.courseVersion,
    activityId,
    state: 'draft',
    draft: { text: '' },
    versions: [],
    revision: 0,
    changedAt: clock.now(),
    recused: [],
  });

  const find = async ({ accountId, enrolmentId, activityId }: ActivityRequest): Promise<Found> => {
    const { enrolment, course } = await participation.open(accountId, enrolmentId);
    const activity = stepOf(course, activityId);
    if (activity?.kind !== 'assignment') throw notFound();
    if (!takesWork(enrolment)) throw new DomainError('forbidden', 'enrolment-closed');
    return { work: (await works.of(enrolmentId, activityId)) ?? begun(enrolment, activityId), activity };
  };

  const checkedFile = (request: WorkRequest, activity: AssignmentActivity): HandedFile | FieldFault => {
    const { file } = activity.assignment;
    const sent = request.file as SentFile;
    if (!file) return { pointer: '/file', code: 'unknown-field' };
    const read = readHandedFile(sent.bytes, file);
    if ('fault' in read) return { pointer: '/file', code: read.fault, params: { max: file.mostMegabytes } };
    return { id: token(random, 16), name: shownName(sent.name), ...read };
  };

  /** The draft as it would be. @throws DomainError `invalid-input` when the file may not be handed in */
  const draftOf = (request: WorkRequest, { work, activity }: Found): Draft => {
    const text = plain(request.text);
    const kept = request.dropFile ? undefined : work.draft.file;
    if (!request.file) return { text, ...(kept ? { file: kept } : {}) };
    const file = checkedFile(request, activity);
    if ('pointer' in file) throw invalid([file, ...draftFaults({ text }, activity.assignment)]);
    return { text, file };
  };

  /** The file first, so that nothing ever leads to one that is missing; what was replaced goes last. */
  const write = async (request: WorkRequest, found: Found, draft: Draft, change: Change) => {
    const { work, activity } = found;
    const at = clock.now();
    const next = change(work, activity.assignment, draft, at);
    const isNewFile = request.file !== undefined && draft.file !== undefined;
    if (isNewFile && draft.file && request.file) {
      const { accountId } = work;
      await files.keep({ id: draft.file.id, accountId, bytes: request.file.bytes, at });
    }
    const hands = next.state === 'submitted';
    const { id: workId, enrolmentId, accountId } = work;
    const about = { workId, enrolmentId, accountId, version: next.versions.length };
    const event = hands ? eventOf(AssignmentHandedIn, about, at) : undefined;
    const isOurs = await works.write(next, event);
    const useless = isOurs ? replacedFile(work, next) : isNewFile ? draft.file?.id : undefined;
    if (useless) await files.drop([useless]);
    if (!isOurs) return false;
    if (hands) outbox.poke();
    await recordWork(workId);
    return true;
  };

  /** The file of the draft before, when no version holds it. */
  const replacedFile = (before: Work, now: Work): string | undefined => {
    const id = before.draft.file?.id;
    const isHeld = id === now.draft.file?.id || now.versions.some(({ file }) => file?.id === id);
    return isHeld ? undefined : id;
  };

  /** A second click, or the same form from a second tab: what it wanted has happened. */
  const isRepeated = (work: Work, request: WorkRequest): boolean => {
    const last = latest(work);
    if (last?.fromRevision !== request.seenRevision || last.text !== plain(request.text)) return false;
    if (request.file) {
      const { bytes } = request.file;
      return last.file?.size === bytes.length;
    }
    return true;
  };

  return {
    /**
     * Keeps what was typed and chosen so far.
     * @throws DomainError `not-found`, `enrolment-closed`, `assignment-closed` (409), `invalid-input`
     */
    save: async (request: WorkRequest): Promise<WorkWritten> => {
      const found = await find(request);
      if (found.work.revision !== request.seenRevision) return { outcome: 'outdated' };
      const draft = draftOf(request, found);
      const faults = draftFaults(draft, found.activity.assignment);
      if (faults.length > 0) throw invalid(faults);
      const isOurs = await write(request, found, draft, (work, rules, to, at) =>
        written(work, rules, { draft: to, at }),
      );
      return { outcome: isOurs ? 'written' : 'outdated' };
    },

    /**
     * Hands a version in. Repeating it, also at the same moment, hands in once.
     * @throws DomainError `not-found`, `enrolment-closed`, `assignment-closed` (409), `invalid-input`
     */
    handIn: async (request: WorkRequest): Promise<WorkWritten> => {
      const found = await find(request);
      if (isRepeated(found.work, request)) return { outcome: 'written' };
      if (found.work.revision !== request.seenRevision) return { outcome: 'outdated' };
      const draft = draftOf(request, found);
      const faults = handInFaults(draft, found.activity.assignment);
      if (faults.length > 0) throw invalid(faults);
      const isOurs = await write(request, found, draft, (work, rules, to, at) =>
        handedIn(work, rules, { draft: to, at }),
      );
      if (isOurs) return { outcome: 'written' };
      const now = await find(request);
      return { outcome: isRepeated(now.work, request) ? 'written' : 'outdated' };
    },

    /**
     * Asks that somebody else looks at a version that was not passed. Repeating it changes nothing.
     * @throws DomainError `not-found`, `enrolment-closed`, `appeal-closed` (409), `invalid-input`
     */
    appeal: async ({ text: typed, ...place }: ActivityRequest & { text: string }): Promise<void> => {
      const text = plain(typed);
      if (text === '') throw invalid([{ pointer: '/appeal', code: 'required' }]);
      if (text.length > longestAppeal)
        throw invalid([{ pointer: '/appeal', code: 'too-long', params: { max: longestAppeal } }]);
      const { work } = await find(place);
      if (work.state === 'appealed' && latest(work)?.appeal?.text === text) return;
      const at = clock.now();
      const next = appealed(work, { text, at });
      const { id: workId, enrolmentId, accountId } = work;
      const about = { workId, enrolmentId, accountId, version: next.versions.length };
      if (!(await works.write(next, eventOf(AssignmentHandedIn, about, at))))
        throw new DomainError('conflict', 'appeal-closed');
      outbox.poke();
      await recordWork(workId);
    },

    /** A file of one's own draft or versions. @throws DomainError `not-found`, `enrolment-closed` */
    openFile: async ({ fileId, ...place }: ActivityRequest & { fileId: string }): Promise<WorkFile> => {
      await participation.open(place.accountId, place.enrolmentId);
      const work = await works.of(place.enrolmentId, place.activityId);
      const all = [work?.draft.file, ...(work?.versions ?? []).map(({ file }) => file)];
      const file = all.find((one) => one?.id === fileId);
      const bytes = file && (await files.read(fileId));
      if (!file || !bytes) throw notFound();
      return { name: `assignment.${file.kind}`, mediaType: handedMediaType(file.kind), bytes };
    },
  };
};

export type DoAssignment = ReturnType<typeof createDoAssignment>;
