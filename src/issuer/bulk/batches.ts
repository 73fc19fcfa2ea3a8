import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { notFound } from '../../platform/errors.ts';
import type { Fonts } from '../../platform/fonts/index.ts';
import type { Translations } from '../../platform/i18n.ts';
import type { Random } from '../../platform/random.ts';
import type { Achievement } from '../achievement.ts';
import type { BatchEntry } from '../certificate-list-store.ts';
import type { CertificateStore } from '../certificate-store.ts';
import type { Operator } from '../operator.ts';
import type { BatchSigner } from '../signer.ts';
import type { StatusLists } from '../status-list.ts';
import { type Batch, type BatchRow, expected, previewDays, remainingSeconds } from './batch.ts';
import type { BatchStore } from './batch-store.ts';
import { type Confirmation, createConfirmBatch } from './confirm-batch.ts';
import { createIssueBatch } from './issue-batch.ts';
import { linksCsv } from './links-csv.ts';
import {
  type AccountsOf,
  type CurrentAchievement,
  createPreviewBatch,
  type Preview,
  type PreviewRequest,
} from './preview-batch.ts';
import { type BatchRevocation, createRevokeBatch } from './revoke-batch.ts';

/** How far a batch is. `remainingSeconds` is a guess by its pace, and missing before there is one. */
export type BatchProgress = { issued: number; expected: number; remainingSeconds: number | undefined };

/** Many certificates from one file: read, confirmed, issued; withdrawn together if need be. */
export type Batches = {
  /** @throws DomainError `no-such-achievement` */
  preview(request: PreviewRequest): Promise<Preview>;
  /** @throws DomainError `not-found`, `file-issued-already` */
  confirm(confirmation: Confirmation): Promise<void>;
  /** What follows from the confirmation; safe to repeat, to cut, and to run twice at once. @throws DomainError `issuing-unavailable` */
  issue(batchId: string): Promise<void>;
  /** A batch under way that was made from this very file. */
  unfinished(fileDigest: string, courseId: string): Promise<Batch | undefined>;
  batch(batchId: string): Promise<Batch | undefined>;
  newest(limit: number): Promise<Batch[]>;
  progress(batch: Batch): BatchProgress;
  /** The first people of a file that waits to be confirmed. */
  people(batchId: string): Promise<BatchRow[]>;
  /** The certificates of a batch, in the order of its file; at most `limit` when given. */
  entries(batchId: string, limit?: number): Promise<BatchEntry[]>;
  /** Numbers and addresses as CSV. @throws DomainError `not-found` */
  links(batchId: string): Promise<string>;
  /** @throws DomainError `not-found`, `batch-not-issued` */
  revoke(revocation: BatchRevocation): Promise<void>;
  /** What follows from a revocation. Safe to repeat. */
  revokeCertificates(batchId: string): Promise<void>;
  /** Forgets files that were never confirmed; answers how many. */
  forgetPreviewed(now: Date): Promise<number>;
};

type BatchDeps = {
  batches: BatchStore;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  certificates: CertificateStore;
  statusLists: StatusLists;
  signer: BatchSigner;
  fonts: Pick<Fonts, 'coverageOf'>;
  translations: Pick<Translations, 'words'>;
  operator: Operator;
  accountsOf: AccountsOf;
  rowsAtOnce?: number;
  achievementOf(courseId: string, courseVersion: number): Promise<Achievement | undefined>;
  currentAchievement: CurrentAchievement;
  revokeSome: Parameters<typeof createRevokeBatch>[0]['revokeSome'];
  sheetOf: Parameters<typeof createIssueBatch>[0]['sheetOf'];
  askForLetters: Parameters<typeof createIssueBatch>[0]['askForLetters'];
};

/** Enough to see whether the columns were understood. */
const shownPeople = 10;

export const createBatches = (deps: BatchDeps): Batches => {
  const { batches, certificates, clock } = deps;
  const revocations = createRevokeBatch(deps);

  return {
    preview: createPreviewBatch(deps),
    confirm: createConfirmBatch(deps),
    issue: createIssueBatch(deps),
    unfinished: (fileDigest, courseId) => batches.unfinished(fileDigest, courseId),
    batch: (batchId) => batches.byId(batchId),
    newest: (limit) => batches.newest(limit),
    progress: (batch) => ({
      issued: batch.issued,
      expected: expected(batch),
      remainingSeconds: remainingSeconds(batch, clock.now()),
    }),
    people: async (batchId) => (await batches.chunk(batchId, 0)).slice(0, shownPeople),
    entries: (batchId, limit) => certificates.entriesOfBatch(batchId, limit),
    links: async (batchId) => {
      if (!(await batches.byId(batchId))) throw notFound();
      return linksCsv(await certificates.entriesOfBatch(batchId), deps.operator.baseUrl);
    },
    revoke: revocations.decide,
    revokeCertificates: revocations.carryOut,
    forgetPreviewed: (now) => batches.forgetPreviewed(new Date(now.getTime() - previewDays * 86_400_000)),
  };
};
