import type { Clock } from '../../platform/clock.ts';
import type { Outbox } from '../../platform/database/outbox.ts';
import { eventOf } from '../../platform/events.ts';
import type { Language, Translations } from '../../platform/i18n.ts';
import { type Achievement, wordingOf } from '../achievement.ts';
import type { ReservedCertificate, ValidCertificate } from '../certificate.ts';
import type { CertificateStore } from '../certificate-store.ts';
import { composeCredential } from '../compose-credential.ts';
import { type Claims, describeAchievement } from '../describe-achievement.ts';
import { BatchIssued } from '../events.ts';
import type { SheetOf } from '../issue-certificate.ts';
import type { Operator } from '../operator.ts';
import type { BatchSigner } from '../signer.ts';
import { statusPurposes } from '../status-entry.ts';
import type { Allocations, StatusLists } from '../status-list.ts';
import { type Batch, type BatchRow, rowOrigin } from './batch.ts';
import type { BatchStore } from './batch-store.ts';
import { type AccountsOf, addressKey } from './preview-batch.ts';

type IssueDeps = {
  sheetOf: SheetOf;
  batches: BatchStore;
  certificates: Pick<CertificateStore, 'present' | 'addSigned' | 'claim'>;
  statusLists: Pick<StatusLists, 'allocateMany'>;
  signer: Pick<BatchSigner, 'did' | 'refresh' | 'signMany'>;
  achievementOf(courseId: string, courseVersion: number): Promise<Achievement | undefined>;
  accountsOf: AccountsOf;
  operator: Operator;
  translations: Pick<Translations, 'words'>;
  clock: Clock;
  outbox: Outbox;
  /** Asks for the letters of one chunk; `before` is how many of the batch were asked for already. */
  askForLetters(identifiers: readonly string[], before: number, from: Date): Promise<void>;
};

/** A chunk whose places are given out. */
type Prepared = {
  position: number;
  rows: readonly BatchRow[];
  missing: readonly BatchRow[];
  entries: Allocations['of'];
  issuer: string;
};

/** Enough that neither the threads that sign nor the database wait for each other; fewer stay in memory. */
const chunksAtOnce = 3;

/** The failure of what runs beside the signing is thrown where its result is awaited. */
const heardLater = (): void => undefined;

/** Certificates that resemble the one before them are signed faster: most of their text has been encoded already. */
const byLanguage = (rows: readonly BatchRow[]): BatchRow[] =>
  rows.toSorted((a, b) => (a.language < b.language ? -1 : Number(a.language > b.language)));

/** What every certificate of one language shares. */
type Common = Pick<
  ReservedCertificate,
  'wording' | 'claims' | 'sheet' | 'courseId' | 'courseVersion' | 'language'
>;

/**
 * Issues what is left of a confirmed batch, chunk by chunk: places on the status lists, signatures, journalled writes,
 * then the position. Cut anywhere or run twice at once, each row has its one number, its places are found again by it,
 * and the first stored certificate wins. Letters are asked for by keys that are taken once.
 * @throws DomainError `issuing-unavailable` while no usable key is there; the job tries again later.
 */
export const createIssueBatch = (deps: IssueDeps) => {
  const { batches, certificates, clock } = deps;

  const commonOf = async ({ courseId, courseVersion }: Batch) => {
    const achievement = await deps.achievementOf(courseId, courseVersion);
    if (!achievement) throw new Error(`course ${courseId}@${courseVersion} is gone`);
    const { baseUrl } = deps.operator;
    const sheet = await deps.sheetOf(courseId);
    const claims = (language: Language): Claims =>
      describeAchievement(achievement, deps.translations.words(language), baseUrl);
    const of = (language: Language): Common => ({
      courseId,
      courseVersion,
      language,
      wording: wordingOf(achievement, language),
      claims: claims(language),
      sheet,
    });
    return { passMark: achievement.passMark ?? 0, en: of('en'), fr: of('fr') };
  };
  type Shared = Awaited<ReturnType<typeof commonOf>>;

  const reserve = (batch: Batch, row: BatchRow, shared: Shared, now: Date): ReservedCertificate => ({
    ...shared[row.language],
    state: 'issuing',
    identifier: row.identifier,
    origin: rowOrigin(batch.id, row.row),
    holderName: row.holderName,
    recipient: addressKey(row.email),
    ...(row.result === undefined ? {} : { result: { score: row.result, passMark: shared.passMark } }),
    awardedAt: row.awardedAt,
    ...(row.validUntil ? { validUntil: row.validUntil } : {}),
    reservedAt: now,
  });

  /** The rows of a chunk that are not issued yet, with their places on the status lists. */
  const prepare = async (batch: Batch, position: number): Promise<Prepared> => {
    const chunk = await batches.chunk(batch.id, position);
    const rows = chunk.filter(({ repeated }) => batch.includeRepeated || !repeated);
    const identifiers = rows.map(({ identifier }) => identifier);
    const { of, known, issuer } = await deps.statusLists.allocateMany(identifiers, statusPurposes);
    // Whoever got a place just now cannot have been issued: places are given out first, and for good.
    const present = await certificates.present([...known]);
    const missing = rows.filter(({ identifier }) => !present.has(identifier));
    return { position, rows, missing, entries: of, issuer };
  };

  const sign = async (batch: Batch, prepared: Prepared, shared: Shared): Promise<ValidCertificate[]> => {
    const { missing, entries, issuer: did } = prepared;
    const now = clock.now();
    const issuers = { en: deps.operator.issuer(did, 'en'), fr: deps.operator.issuer(did, 'fr') };
    const reserved = byLanguage(missing).map((row) => reserve(batch, row, shared, now));
    const placesOf = ({ identifier }: ReservedCertificate) => entries.get(identifier) ?? [];
    const unsigned = reserved.map((certificate) => {
      const issuer = issuers[certificate.language];
      return composeCredential({ certificate, issuer, status: placesOf(certificate) });
    });
    const signed = await deps.signer.signMany(unsigned, did, now);
    return reserved.map((certificate, index) => {
      const { claims: _claims, ...kept } = certificate;
      const status = placesOf(certificate).map(({ listUrl: _url, ...entry }) => entry);
      return { ...kept, state: 'valid', issuedAt: now, status, credential: signed[index] ?? {} };
    });
  };

  /** Whoever has an account already, or confirmed one while this was being written. */
  const handOver = async (rows: readonly BatchRow[]): Promise<void> => {
    const accounts = await deps.accountsOf([...new Set(rows.map(({ email }) => addressKey(email)))]);
    for (const [email, accountId] of accounts) await certificates.claim(email, accountId);
  };

  const store = async (
    batch: Batch,
    { rows }: Prepared,
    signed: readonly ValidCertificate[],
  ): Promise<void> => {
    await certificates.addSigned(signed);
    await handOver(rows);
    if (!batch.letters) return;
    const identifiers = rows.map(({ identifier }) => identifier);
    await deps.askForLetters(identifiers, rows[0]?.row ?? 0, batch.confirmedAt ?? batch.createdAt);
  };

  /** Signs and stores a chunk. It counts as done after those before it. */
  const finish = async (
    batch: Batch,
    prepared: Prepared,
    shared: Shared,
    before: Promise<void>,
  ): Promise<void> => {
    const signed = await sign(batch, prepared, shared);
    await store(batch, prepared, signed);
    await before;
    await batches.advance(batch.id, prepared.position, prepared.rows.length);
  };

  /** While chunks are signed, the database stores those before them and allocates for the one after them. */
  const issueAll = async (batch: Batch): Promise<void> => {
    const shared = await commonOf(batch);
    const underWay: Promise<void>[] = [];
    let last: Promise<void> = Promise.resolve();
    try {
      for (let position = batch.position; position < batch.chunks; position += 1) {
        if (underWay.length === chunksAtOnce) await underWay.shift();
        last = finish(batch, await prepare(batch, position), shared, last);
        last.catch(heardLater);
        underWay.push(last);
      }
      await last;
    } finally {
      // Nothing of this run goes on when it has failed.
      await Promise.allSettled(underWay);
    }
  };

  return async (batchId: string): Promise<void> => {
    const batch = await batches.byId(batchId);
    if (batch?.state !== 'confirmed') return;
    // Without a key nothing is begun.
    await deps.signer.refresh();
    deps.signer.did();
    await issueAll(batch);
    const finishedAt = clock.now();
    const { issued } = (await batches.byId(batchId)) ?? batch;
    await batches.finish(
      batchId,
      finishedAt,
      eventOf(BatchIssued, { batchId, issued, by: batch.by }, finishedAt),
    );
    deps.outbox.poke();
  };
};
