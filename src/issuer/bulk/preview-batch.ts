import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Fonts } from '../../platform/fonts/index.ts';
import { type Random, token } from '../../platform/random.ts';
import type { Achievement } from '../achievement.ts';
import type { CertificateStore } from '../certificate-store.ts';
import { newIdentifier } from '../identifier.ts';
import { type Batch, type BatchRow, type BatchWarning, chunkSize } from './batch.ts';
import type { BatchStore } from './batch-store.ts';
import { type Person, type RowFault, readPeople } from './read-people.ts';

/** Asks accounts who has confirmed these addresses: address in lower case to account. */
export type AccountsOf = (emails: readonly string[]) => Promise<ReadonlyMap<string, string>>;
/** Asks learning what a course lets people earn now. */
export type CurrentAchievement = (courseId: string) => Promise<Achievement | undefined>;

type PreviewDeps = {
  batches: BatchStore;
  certificates: Pick<CertificateStore, 'holdersOf'>;
  accountsOf: AccountsOf;
  currentAchievement: CurrentAchievement;
  fonts: Pick<Fonts, 'coverageOf'>;
  clock: Clock;
  random: Random;
  rowsAtOnce?: number;
};

export type PreviewRequest = { file: Uint8Array; courseId: string; by: string };

/** Either everything that is wrong with the file, and nothing is kept; or a batch that waits to be confirmed. */
export type Preview = { outcome: 'refused'; faults: readonly RowFault[] } | { outcome: 'read'; batch: Batch };

/** More than anybody reads; how many there are in all stands beside them. */
const shownWarnings = 200;

/** Two spellings of one mailbox are one person. */
export const addressKey = (email: string): string => email.trim().toLowerCase();

/**
 * Reads a file of people for one achievement. Rows that repeat an earlier row, or somebody who holds the certificate
 * already, are marked, not refused.
 * @throws DomainError `no-such-achievement` (422)
 */
export const createPreviewBatch = (deps: PreviewDeps) => {
  const { batches, fonts, clock, random } = deps;

  const heldAlready = async (people: readonly Person[], courseId: string): Promise<ReadonlySet<string>> => {
    const emails = [...new Set(people.map(({ email }) => addressKey(email)))];
    const accounts = await deps.accountsOf(emails);
    const holders = await deps.certificates.holdersOf(courseId, emails, [...accounts.values()]);
    const byAccount = emails.filter((email) => holders.accounts.has(accounts.get(email) ?? ''));
    return new Set([...holders.recipients, ...byAccount]);
  };

  const warningsOf = (people: readonly Person[], held: ReadonlySet<string>): BatchWarning[] => {
    const first = new Map<string, number>();
    return people.flatMap(({ row, email, holderName }) => {
      const key = addressKey(email);
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, row);
      const { covered, missing } = fonts.coverageOf(holderName);
      return [
        ...(earlier === undefined ? [] : [{ row, code: 'repeated-row' as const, params: { earlier } }]),
        ...(held.has(key) ? [{ row, code: 'held-already' as const }] : []),
        ...(covered
          ? []
          : [{ row, code: 'name-not-drawable' as const, params: { letters: missing.join(' ') } }]),
      ];
    });
  };

  return async ({ file, courseId, by }: PreviewRequest): Promise<Preview> => {
    const achievement = await deps.currentAchievement(courseId);
    if (!achievement) throw new DomainError('invalid', 'no-such-achievement');
    const now = clock.now();
    const { passMark } = achievement;
    const { people, faults } = readPeople(file, { now, ...(passMark === undefined ? {} : { passMark }) });
    if (faults.length > 0) return { outcome: 'refused', faults };
    const warnings = warningsOf(people, await heldAlready(people, courseId));
    const repeated = new Set(
      warnings.filter(({ code }) => code !== 'name-not-drawable').map(({ row }) => row),
    );
    const rows = people.map(
      (person): BatchRow => ({
        ...person,
        identifier: newIdentifier(random),
        ...(repeated.has(person.row) ? { repeated: true } : {}),
      }),
    );
    const size = deps.rowsAtOnce ?? chunkSize;
    const chunks = Array.from({ length: Math.ceil(rows.length / size) }, (_, n) =>
      rows.slice(n * size, (n + 1) * size),
    );
    const batch: Batch = {
      id: token(random, 12),
      state: 'previewed',
      courseId,
      courseVersion: achievement.courseVersion,
      fileDigest: createHash('sha256').update(file).digest('hex'),
      by,
      rows: rows.length,
      repeated: repeated.size,
      warnings: warnings.slice(0, shownWarnings),
      warned: warnings.length,
      chunks: chunks.length,
      position: 0,
      issued: 0,
      includeRepeated: false,
      letters: false,
      createdAt: now,
    };
    await batches.add(batch, chunks);
    return { outcome: 'read', batch };
  };
};
