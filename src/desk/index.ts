import type { Connection } from 'mongoose';
import { type Issuer, readIdentifier } from '../issuer/index.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { createFonts } from '../platform/fonts/index.ts';
import type { Language, Translations } from '../platform/i18n.ts';
import type { JobKind, JobRequest } from '../platform/jobs/job.ts';
import type { PdfPrinter } from '../platform/pdf/index.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { createTemplates } from '../platform/templates.ts';
import { receiptItemsOf, type Verifier } from '../verifier/index.ts';
import { type BulkCheck, type BulkProgress, keptDays, progressOf } from './bulk/bulk-check.ts';
import { createBulkStore } from './bulk/bulk-store.ts';
import { type Begun, createCheckMany } from './bulk/check-many.ts';
import { createCardDrawing } from './card/card-drawing.ts';
import { createCardOf } from './card/card-of.ts';
import { createCardStore } from './card/card-store.ts';
import { type CertificateVerdicts, createCertificateVerdicts } from './certificate-verdicts.ts';
import { createPersonalData } from './personal-data.ts';
import { createReceiptDrawing } from './receipt/receipt-drawing.ts';
import { createSignReceipt } from './receipt/sign-receipt.ts';
import { createDeskChecks, type DeskChecks } from './verify-brought.ts';

export { type BulkCheck, type BulkItem, maxItems } from './bulk/bulk-check.ts';
export { maxArchiveBytes } from './bulk/read-archive.ts';
export type { CertificateVerdict, CertificateVerdicts, ErasedRecord } from './certificate-verdicts.ts';
export { type Finding, type UnreadableReason, verdictOf } from './finding.ts';

type DeskDeps = {
  connection: Connection;
  config: Pick<Config, 'baseUrl' | 'operator'>;
  clock: Clock;
  random: Random;
  translations: Pick<Translations, 'words'>;
  printer: PdfPrinter;
  issuer: Issuer;
  verifier: Verifier;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
};

export type Bulk = {
  keptDays: number;
  /** Takes in a list or an archive and begins; answers the secret of its address, or why it is not taken. */
  brought(bytes: Uint8Array, language: Language): Promise<Begun>;
  /** The same for one certificate, for its receipt. */
  one(number: string, language: Language): Promise<string>;
  /** The check behind a secret, until it expires. */
  bySecret(secret: string): Promise<BulkCheck | undefined>;
  progressOf(check: BulkCheck): BulkProgress;
  /** The drawn receipt of a finished check, the same bytes every time, with the signed record inside. */
  receiptPdf(check: BulkCheck): Promise<Uint8Array>;
};

export type Desk = DeskChecks & {
  /** What is said of our certificates by their number, kept in memory while it holds. */
  verdicts: CertificateVerdicts;
  /** The picture for sharing a certificate by its number; nothing for one that is not valid now. It names nobody. */
  card(identifier: string): Promise<Uint8Array | undefined>;
  /** Many at once. */
  bulk: Bulk;
  jobKinds: readonly JobKind[];
  personalData: PersonalDataProvider;
};

/** Where anybody has certificates verified: one at a time or many, with a receipt for the file. */
export const createDesk = (deps: DeskDeps): Desk => {
  const { connection, config, clock, issuer, verifier, translations, printer } = deps;
  const verdicts = createCertificateVerdicts({ issuer, verifier, clock });
  const checks = createDeskChecks({ verifier, verdicts, readIdentifier });
  const store = createBulkStore(connection);
  const signReceipt = createSignReceipt({ ...deps, issuing: issuer.issuing.live });
  const many = createCheckMany({ ...deps, store, checks, signReceipt });
  const drawing = { printer, fonts: createFonts(), templates: createTemplates() };
  const draw = createReceiptDrawing(drawing);

  const receiptPdf = async (check: BulkCheck): Promise<Uint8Array> => {
    const kept = await store.file(check.id, 'receipt');
    if (kept) return kept;
    const { receipt, finishedAt, language } = check;
    if (!receipt || !finishedAt) throw new Error('a receipt is drawn when it is signed');
    const drawn = await draw(
      {
        receipt,
        items: receiptItemsOf(receipt),
        issuer: config.operator,
        verifyUrl: `${config.baseUrl}/verify`,
        at: finishedAt,
      },
      translations.words(language),
    );
    return store.keepDrawing(check, drawn);
  };

  return {
    ...checks,
    verdicts,
    card: createCardOf({
      checks,
      store: createCardStore(connection),
      draw: createCardDrawing(drawing),
      translations,
      clock,
      host: new URL(config.baseUrl).host,
    }),
    bulk: {
      keptDays,
      brought: many.brought,
      one: many.one,
      bySecret: many.bySecret,
      progressOf: (check) => progressOf(check, clock.now()),
      receiptPdf,
    },
    jobKinds: many.jobKinds,
    personalData: createPersonalData(store),
  };
};
