import { DomainError } from '../../platform/errors.ts';
import type { Language } from '../../platform/i18n.ts';
import type { Origin, Revocation } from '../certificate.ts';
import type { CertificateIdentifier } from '../identifier.ts';

/** One person of a batch. `row` counts as a spreadsheet does: the header is row 1. `result` is a fraction of 1. */
export type BatchRow = {
  row: number;
  /** Given out when the file is read, so that a row yields one certificate however often it is issued. */
  identifier: CertificateIdentifier;
  holderName: string;
  email: string;
  language: Language;
  awardedAt: Date;
  validUntil?: Date;
  result?: number;
  /** Looks like a certificate that exists, or like an earlier row: left out unless staff say otherwise. */
  repeated?: true;
};

/** What staff should look at before they confirm. Rows only: who they are stands in the file. */
export type BatchWarning = {
  row: number;
  code: 'repeated-row' | 'held-already' | 'name-not-drawable';
  params?: Record<string, string | number>;
};

/**
 * A file of people who are to get one certificate each: read, then confirmed by a person, then issued by a job that can
 * be cut anywhere. `position` is the number of chunks that are done.
 */
export type Batch = {
  id: string;
  state: 'previewed' | 'confirmed' | 'issued';
  courseId: string;
  courseVersion: number;
  /** SHA-256 of the file, so that the same file is recognised. */
  fileDigest: string;
  /** Account id, or `system` for the command line. */
  by: string;
  rows: number;
  repeated: number;
  /** The first of them; `warned` is how many there are. */
  warnings: readonly BatchWarning[];
  warned: number;
  chunks: number;
  position: number;
  /** Certificates that are stored. */
  issued: number;
  includeRepeated: boolean;
  letters: boolean;
  createdAt: Date;
  confirmedAt?: Date;
  finishedAt?: Date;
  revocation?: Revocation;
};

/** Rows that are stored, signed and counted together. */
export const chunkSize = 500;
export const maxRows = 10_000;
/** A file that was read and never confirmed is forgotten after this time. */
export const previewDays = 7;

/** The row is padded, so that the certificates of a batch sort as the file did. */
export const rowOrigin = (batchId: string, row: number): Origin =>
  `bulk:${batchId}:${String(row).padStart(5, '0')}`;

/** How many certificates the batch yields when it is issued whole. */
export const expected = ({ rows, repeated, includeRepeated }: Batch): number =>
  includeRepeated ? rows : rows - repeated;

/** @throws DomainError `batch-not-issued` (409) while there is nothing, or not everything, to withdraw. */
export const canRevoke = (batch: Batch): boolean => {
  if (batch.state !== 'issued') throw new DomainError('conflict', 'batch-not-issued');
  return batch.revocation === undefined;
};

/** Seconds until the batch is issued, by its pace so far; nothing before there is a pace. */
export const remainingSeconds = (batch: Batch, now: Date): number | undefined => {
  if (batch.state !== 'confirmed' || !batch.confirmedAt || batch.issued === 0) return undefined;
  const spent = (now.getTime() - batch.confirmedAt.getTime()) / 1000;
  return Math.ceil((spent / batch.issued) * (expected(batch) - batch.issued));
};
