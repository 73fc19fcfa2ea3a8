import { isDeepStrictEqual } from 'node:util';
import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { notFound } from '../platform/errors.ts';
import { createFonts } from '../platform/fonts/index.ts';
import type { DirectAnswer } from '../platform/http/direct-answer.ts';
import type { Language, Translations } from '../platform/i18n.ts';
import type { JobKind, JobRequest } from '../platform/jobs/job.ts';
import type { PdfPrinter } from '../platform/pdf/index.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import type { CompactTable, JsonObject } from '../vc/index.ts';
import type { Achievement } from './achievement.ts';
import { type BadgeKind, bakeBadge } from './baked-badge.ts';
import { type Copies, createCopies } from './bind-to-holder.ts';
import { createBatchStore } from './bulk/batch-store.ts';
import { type Batches, createBatches } from './bulk/batches.ts';
import { letterRequests } from './bulk/letters.ts';
import { type AccountsOf, addressKey, type CurrentAchievement } from './bulk/preview-batch.ts';
import { type Certificate, enrolmentOrigin, isSigned, type SignedCertificate } from './certificate.ts';
import { createCertificateStore } from './certificate-store.ts';
import { createCorrectionStore } from './corrections/correction-store.ts';
import { type Corrections, createCorrections } from './corrections/corrections.ts';
import { createReplaceCertificate } from './corrections/replace-certificate.ts';
import { type CredentialIssuer, createCredentialIssuer } from './credential-issuer.ts';
import { createCurrent } from './current-certificate.ts';
import { ownDidDocument } from './did-document.ts';
import { createDrawCertificate, credentialFile } from './draw-certificate.ts';
import { type AwardOf, createIssueCertificate, type NameOf, type SheetOf } from './issue-certificate.ts';
import { wellKnownDid } from './issuer-identity.ts';
import { firstReissuePart, issuerJobs } from './jobs.ts';
import type { IssuerKey } from './key-history.ts';
import { createKeyRegister } from './key-register.ts';
import { createKeyring } from './keyring.ts';
import { createKeyFiles } from './keys.ts';
import { createLifetime, type Lifetime } from './lifetime/lifetime.ts';
import { createLifetimeStore } from './lifetime/lifetime-store.ts';
import { createCompactTableStore } from './offline/compact-table-store.ts';
import { createLateCode } from './offline/late-code.ts';
import { createOfflineCodes } from './offline/offline-codes.ts';
import { createTableRoutes } from './offline/routes.ts';
import { createOperator } from './operator.ts';
import { createPersonalData } from './personal-data.ts';
import { createPublicDocuments, didPath } from './public-documents.ts';
import { createPublicMemory } from './public-memory.ts';
import type { PublicRecord } from './public-record.ts';
import { type PublishedAchievement, publishAchievement } from './publish-achievement.ts';
import { createPublishStatus } from './publish-status.ts';
import { createRecipients, type Recipients } from './recipients.ts';
import { createReissueCertificates, type ReissueProgress } from './reissue-certificates.ts';
import { createRenditionStore, type RenditionKind } from './rendition-store.ts';
import { createRevocationBatchStore } from './revocation-batch-store.ts';
import {
  createRevokeCertificate,
  createRevokeMany,
  type RevokeManyRequest,
  type RevokeRequest,
} from './revoke-certificate.ts';
import { type BulkRevocation, createBulkRevocation } from './revoke-in-background.ts';
import { createKeyCare, type KeyCare } from './rotate-keys.ts';
import { createDirectDocuments, createIssuerRoutes } from './routes.ts';
import { createPreviewSheet } from './sheet-templates/preview-sheet.ts';
import { createSheetTemplateStore } from './sheet-templates/sheet-template-store.ts';
import { createSheetTemplates, type SheetTemplates } from './sheet-templates/sheet-templates.ts';
import { createShowResult, type ResultChoice } from './show-result.ts';
import { createSignReserved } from './sign-reserved.ts';
import { createSigner } from './signer.ts';
import { createStatusEntryStore } from './status-entry-store.ts';
import { createStatusLists, type StatusLists } from './status-list.ts';
import { createStatusListStore } from './status-list-store.ts';
import {
  createLiftSuspension,
  createSuspendCertificate,
  type LiftRequest,
  type SuspendRequest,
} from './suspend-certificate.ts';
import { createTestIssuer, testPrefix } from './test-issuer.ts';
import { createTestKeyStore } from './test-key-store.ts';

export type { Batch, BatchRow } from './bulk/batch.ts';
export type { Batches } from './bulk/batches.ts';
export { batchLetterJob } from './bulk/letters.ts';
export type { Preview } from './bulk/preview-batch.ts';
export type { RowFault } from './bulk/read-people.ts';
export {
  type Award,
  type Certificate,
  enrolmentOf,
  isSigned,
  isSuspendable,
  type RevocationReason,
  revocationOf,
  revocationReasons,
  suspensionOf,
  suspensionReasons,
  type Visibility,
  visibilities,
} from './certificate.ts';
export { credentialContexts, credentialTypes } from './compose-credential.ts';
export {
  type Correction,
  type CorrectionStanding,
  refusalReasons,
} from './corrections/correction.ts';
export type { Corrections } from './corrections/corrections.ts';
export type { CredentialIssuer } from './credential-issuer.ts';
export {
  BatchConfirmed,
  BatchIssued,
  BatchRevoked,
  CertificateExpiring,
  CertificateIssued,
  CertificateReissued,
  CertificateRevoked,
  CertificateSuperseded,
  CertificateSuspended,
  CertificateSuspensionLifted,
  CorrectionApproved,
  CorrectionRefused,
  IssuerKeyActivated,
  IssuerKeyCompromised,
} from './events.ts';
export { readIdentifier } from './identifier.ts';
export type { IssuerKey } from './key-history.ts';
export type { Lifetime } from './lifetime/lifetime.ts';
export { hasExpired } from './lifetime/validity.ts';
export type { PublicRecord } from './public-record.ts';
export type { Received } from './recipients.ts';
export type { RevocableState } from './revoke-certificate.ts';
export { type SheetCase, sheetCases } from './sheet-templates/preview-sheet.ts';
export {
  type SheetTemplate,
  sheetColours,
  sheetDesign,
  sheetHeadings,
  sheetMarks,
} from './sheet-templates/sheet-template.ts';
export type { SheetTemplates } from './sheet-templates/sheet-templates.ts';
export { showsResult } from './show-result.ts';
export type { Proofs, SecuredAs } from './signer.ts';
export type { PublishedEntry, StatusPurpose } from './status-entry.ts';
export type { StatusLists } from './status-list.ts';

type IssuerDeps = {
  config: Pick<Config, 'baseUrl' | 'issuerKeysDir' | 'operator' | 'production'>;
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  printer: PdfPrinter;
  translations: Translations;
  awardOf: AwardOf;
  nameOf: NameOf;
  achievementOf: AchievementOf;
  /**
   * How long a change that another process made may stay unseen in what is answered from memory, in milliseconds. This
   * process's own changes show at once.
   */
  freshFor?: number;
  currentAchievement: CurrentAchievement;
  accountsOf: AccountsOf;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  /** Rows of a batch that are signed, stored and counted together. */
  rowsAtOnce?: number;
};

const isSameCredential = (one: SignedCertificate, other: SignedCertificate): boolean =>
  JSON.stringify(one.credential) === JSON.stringify(other.credential);

/** Asks learning what a published course version lets people earn. */
type AchievementOf = (courseId: string, courseVersion: number) => Promise<Achievement | undefined>;

/** With what a reading and an answer take, another process's revocation shows within the second. */
const usuallyFreshFor = 800;

/** What this issuer has published, as of now. */
export type PublishedAll = {
  issuers: readonly { did: string; document: JsonObject }[];
  keys: readonly IssuerKey[];
  tables: readonly CompactTable[];
  statusLists: readonly JsonObject[];
};

export type Issuer = Copies & {
  /** Reads the key and names the issuer; called once, after the indexes are there. */
  open(): Promise<void>;
  /** Issues the one certificate of a completed enrolment; repeating it answers the same one. */
  issueCertificate(enrolmentId: string): Promise<Certificate | undefined>;
  /** @throws DomainError `not-found`, `certificate-not-issued` */
  revoke(request: RevokeRequest): Promise<void>;
  /** Withdraws many and signs each list once; answers how many were withdrawn by this call. Safe to repeat. */
  revokeMany(request: RevokeManyRequest): Promise<number>;
  /** The same in the background, after a look at what would happen. */
  bulkRevocation: BulkRevocation;
  /** @throws DomainError `not-found`, `certificate-not-issued`, `certificate-not-suspendable` */
  suspend(request: SuspendRequest): Promise<void>;
  /** The certificate stands as before. @throws DomainError `not-found` */
  liftSuspension(request: LiftRequest): Promise<void>;
  /** Brings the published lists to what the record says: the reaction that completes a change that was cut. */
  publishStatus(identifier: string): Promise<void>;
  /** The issuer's keys: make, put to use, report as compromised. */
  keys: KeyCare;
  /** Every key with its state and dates, as the verifier must know them; a few seconds old at most. */
  keyHistory(): Promise<readonly IssuerKey[]>;
  /** The same object as `keyHistory` would answer, if that can be said at once. */
  keyHistoryAtOnce(): readonly IssuerKey[] | undefined;
  /** Begins to sign anew what a compromised key had signed; a reaction. */
  beginReissue(key: string): Promise<void>;
  reissueProgress(key: string): Promise<ReissueProgress>;
  jobKinds: readonly JobKind[];
  /** The status lists, for whoever issues other credentials in this issuer's name. */
  statusLists: Pick<StatusLists, 'allocate' | 'allocateMany' | 'entriesOf' | 'set' | 'clear' | 'setMany'>;
  /** Signs all status lists anew. */
  refreshStatusLists(): Promise<void>;
  certificate(identifier: string): Promise<Certificate | undefined>;
  certificatesOf(accountId: string): Promise<Certificate[]>;
  certificateOfEnrolment(enrolmentId: string): Promise<Certificate | undefined>;
  /**
   * The holder shows the result in the credential, or no longer.
   * @throws DomainError `not-found`, `no-result-to-show`, `issuing-unavailable`
   */
  showResult(choice: ResultChoice): Promise<void>;
  /** What sheets look like, per course. */
  sheetTemplates: SheetTemplates;
  /** Names corrected by issuing anew. */
  corrections: Corrections;
  /** Renewal, reminders, and who may see it. */
  lifetime: Lifetime;
  /** Many certificates from one file. */
  batches: Batches;
  /** Gives a person what was issued to the address they have just confirmed. Safe to repeat. */
  claimCertificates(accountId: string, email: string): Promise<void>;
  /** Holders without an account, by their address. */
  recipients: Recipients;
  newestCertificates(limit: number): Promise<Certificate[]>;
  /** How many certificates are in each state. */
  certificateCounts(): Promise<Record<string, number>>;
  /** The drawn certificate, the same bytes every time. @throws DomainError `not-found` */
  rendition(identifier: string, kind: RenditionKind): Promise<Uint8Array>;
  /** The drawn certificate with its credential baked in. @throws DomainError `not-found`, `name-not-drawable` */
  bakedBadge(identifier: string, kind: BadgeKind): Promise<Uint8Array>;
  /** The PDF as issued for just this record; nothing for another edition of it, an unknown one, or one that has no sheet. */
  sheetOf(credential: JsonObject): Promise<Uint8Array | undefined>;
  /** Whether the sheet of a signed certificate can be drawn: the typefaces may lack letters of the name. */
  canDraw(certificate: Certificate): boolean;
  /** The signed credential as a file, the same bytes as inside the PDF. @throws DomainError `not-found` */
  credentialFile(identifier: string): Promise<Uint8Array>;
  publicRecord(identifier: string): Promise<PublicRecord | undefined>;
  /** The same object as `publicRecord` would answer, if that can be said at once. */
  publicRecordAtOnce(identifier: string): PublicRecord | undefined;
  /** What stands behind the achievement id of a credential (`/achievements/<course>/<version>`). */
  achievement(
    courseId: string,
    courseVersion: number,
    language: Language,
  ): Promise<PublishedAchievement | undefined>;
  /**
   * A document that this service publishes, or published before it moved: DID document or status list.
   * @throws DomainError `issuing-unavailable` for a list that is behind and cannot be signed.
   */
  publicDocument(url: string): Promise<JsonObject | undefined>;
  /** Issues what programs compose: `live` in our own name, `test` in that of an issuer nobody vouches for. */
  issuing: Readonly<Record<'live' | 'test', CredentialIssuer>>;
  /** The same object as `publicDocument` would answer, if that can be said at once. */
  publicDocumentAtOnce(url: string): JsonObject | undefined;
  /** The address of this service's DID document, for `publicDocument`. */
  didDocumentUrl: string;
  /** Every DID under which this service has issued. */
  ownDids(): Promise<string[]>;
  /** Why nothing can be issued now, in words for the operator; nothing when all is well. */
  problem(): string | undefined;
  /** The DID that signs, for the operator to read. @throws DomainError `issuing-unavailable` */
  description(): string;
  /** The table by which a printed code is read. */
  compactTable(registryEntryId: number): Promise<CompactTable | undefined>;
  /** All that somebody without network needs: every own DID document, table and status list. */
  published(): Promise<PublishedAll>;
  routes: Router;
  /** `GET /offline/tables/…`, without cookie. */
  tableRoutes: Router;
  /** The public documents, for what answers before Express. */
  directDocuments: DirectAnswer;
  personalData: PersonalDataProvider;
};

/** Issues, draws, publishes and revokes certificates. Knows nothing of courses or payments. */
export const createIssuer = (deps: IssuerDeps): Issuer => {
  const { config, connection, clock, random, outbox } = deps;
  const { baseUrl, operator } = config;
  const register = createKeyRegister(connection, outbox);
  const files = createKeyFiles({ dir: config.issuerKeysDir, clock, random });
  const keyring = createKeyring({ files, register, production: config.production, clock });
  const certificates = createCertificateStore(connection, outbox);
  const lifetimes = createLifetimeStore(connection);
  const renditions = createRenditionStore(connection);
  const revocations = createRevocationBatchStore(connection);
  const signer = createSigner({ baseUrl, keyring });
  const entries = createStatusEntryStore(connection);
  const lists = createStatusListStore(connection);
  const statusLists = createStatusLists({
    entries,
    lists,
    signer,
    baseUrl,
    clock,
    random,
  });
  const compactTables = createCompactTableStore(connection);
  const publishStatus = createPublishStatus({ certificates, statusLists });
  const changing = { certificates, statusLists, publishStatus, clock, outbox };
  const revokeMany = createRevokeMany(changing);
  const { run: revokeBatch, ...bulkRevocation } = createBulkRevocation({
    ...deps,
    certificates,
    batches: revocations,
    revokeMany,
  });
  const offlineCodes = createOfflineCodes({ signer, tables: compactTables, baseUrl });
  const reissue = createReissueCertificates({
    certificates,
    signer,
    offlineCodes,
    keyring,
    clock,
    outbox,
  });
  const operatorParts = createOperator(config, deps.translations);
  const test = createTestIssuer({
    keys: createTestKeyStore(connection),
    entries: createStatusEntryStore(connection, 'test'),
    lists: createStatusListStore(connection, 'test'),
    baseUrl,
    clock,
    random,
  });
  const sheetStore = createSheetTemplateStore(connection);
  const designFor: SheetOf = async (courseId) => {
    const { id: template, version, design } = await sheetTemplates.chosen(courseId);
    return { template, version, design };
  };
  const issueCertificate = createIssueCertificate({
    ...deps,
    sheetOf: designFor,
    certificates,
    lifetimes,
    statusLists,
    signer,
    offlineCodes,
    operator: operatorParts,
  });
  const fonts = createFonts();
  const corrections = createCorrectionStore(connection, outbox);
  const signReserved = createSignReserved({
    ...deps,
    certificates,
    statusLists,
    signer,
    offlineCodes,
    operator: operatorParts,
  });
  const replace = createReplaceCertificate({
    ...deps,
    certificates,
    lifetimes,
    statusLists,
    signReserved,
    revoke: createRevokeCertificate(changing),
    suspend: createSuspendCertificate(changing),
  });
  const { canDraw, draw, drawing } = createDrawCertificate({
    printer: deps.printer,
    translations: deps.translations,
    operator,
  });

  const sheetTemplates = createSheetTemplates({
    ...deps,
    templates: sheetStore,
    preview: createPreviewSheet({
      drawing,
      words: (language) => deps.translations.words(language),
      operator,
      baseUrl,
    }),
  });
  const batches = createBatches({
    ...deps,
    sheetOf: designFor,
    batches: createBatchStore(connection, outbox),
    certificates,
    statusLists,
    signer,
    fonts,
    operator: operatorParts,
    revokeSome: revokeMany,
    askForLetters: (identifiers, before, from) => deps.enqueue(letterRequests(identifiers, before, from)),
  });

  const withCode = createLateCode({ certificates, offlineCodes, signer, clock });
  const signed = async (identifier: string): Promise<SignedCertificate> => {
    const certificate = await certificates.byIdentifier(identifier);
    if (!certificate || !isSigned(certificate)) throw notFound();
    return certificate;
  };

  const rendition = async (identifier: string, kind: RenditionKind): Promise<Uint8Array> => {
    const certificate = await signed(identifier);
    const edition = certificate.reissues?.length ?? 0;
    const kept = await renditions.find(identifier, kind, edition);
    if (kept) return kept;
    const bytes = await draw(await withCode(certificate), kind);
    const first = await renditions.keep(identifier, kind, edition, { bytes, now: clock.now() });
    const now = await certificates.byIdentifier(identifier);
    if (now && isSigned(now) && isSameCredential(now, certificate)) return first;
    // Its holder was erased while it was being drawn, or it was signed anew.
    await renditions.forget([identifier]);
    return rendition(identifier, kind);
  };

  const sheetOf = async (credential: JsonObject): Promise<Uint8Array | undefined> => {
    const identifier = /\/v\/([0-9A-Z]{28})$/.exec(String(credential.id))?.[1];
    const certificate = identifier && (await certificates.byIdentifier(identifier));
    if (!certificate || !isSigned(certificate) || !isDeepStrictEqual(certificate.credential, credential))
      return undefined;
    return rendition(certificate.identifier, 'pdf').catch(() => undefined);
  };

  const didDocument = async (did: string): Promise<JsonObject> => ownDidDocument(did, await register.all());

  const freshFor = deps.freshFor ?? usuallyFreshFor;
  const didDocumentUrl = `${new URL(baseUrl).origin}${didPath}`;

  const known = createPublicMemory({
    certificates,
    register,
    keyring,
    lists,
    issuersOf: () => statusLists.issuers(),
    baseUrl,
    freshFor,
  });

  const documents = createPublicDocuments({
    didDocument: () => didDocument(wellKnownDid(baseUrl)),
    listById: async (id) =>
      (await (id.startsWith(testPrefix) ? test.statusLists : statusLists).published({ id }))?.credential,
    listByUrl: async (url) =>
      ((await statusLists.published({ url })) ?? (await test.statusLists.published({ url })))?.credential,
    // Those of the test issuer have the same schemas, and are counted with them.
    changes: () => lists.changes() + entries.writes() + register.changes(),
    now: () => clock.now(),
    freshFor,
  });

  const publicDocument = async (url: string): Promise<JsonObject | undefined> => {
    const parsed = URL.parse(url);
    if (parsed?.pathname !== didPath) return parsed ? documents.read(url) : undefined;
    const did = wellKnownDid(parsed.origin);
    if (did === wellKnownDid(baseUrl)) return documents.read(didPath);
    return (await known.ownDids()).includes(did) ? didDocument(did) : undefined;
  };

  return {
    open: async () => {
      await statusLists.prepare();
      await keyring.open();
      await test.open();
    },
    issueCertificate,
    revoke: createRevokeCertificate(changing),
    revokeMany,
    bulkRevocation,
    suspend: createSuspendCertificate(changing),
    liftSuspension: createLiftSuspension(changing),
    publishStatus,
    keys: createKeyCare({ register, files, keyring, certificates, clock, outbox }),
    keyHistory: known.keyHistory,
    keyHistoryAtOnce: known.keyHistoryAtOnce,
    beginReissue: (key) => deps.enqueue([firstReissuePart(key)]),
    reissueProgress: (key) => reissue.progress(key),
    jobKinds: issuerJobs({ reissue, revokeBatch, enqueue: deps.enqueue, clock }),
    statusLists,
    refreshStatusLists: async () => {
      await statusLists.refresh();
      await test.statusLists.refresh();
    },
    certificate: (identifier) => certificates.byIdentifier(identifier),
    certificatesOf: (accountId) => certificates.heldBy(accountId),
    showResult: createShowResult({ certificates, renditions, signer, clock }),
    sheetTemplates,
    corrections: createCorrections({
      ...deps,
      certificates,
      corrections,
      replace,
      covers: (name) => fonts.coverageOf(name).covered,
    }),
    lifetime: createLifetime({ certificates, lifetimes, clock, outbox }),
    batches,
    claimCertificates: async (accountId, email) => {
      await certificates.claim(addressKey(email), accountId);
    },
    recipients: createRecipients({ certificates, renditions, clock }),
    certificateOfEnrolment: (enrolmentId) => createCurrent(certificates)(enrolmentOrigin(enrolmentId)),
    newestCertificates: (limit) => certificates.newest(limit),
    certificateCounts: () => certificates.counts(),
    rendition,
    bakedBadge: async (identifier, kind) => {
      const picture = await rendition(identifier, 'png');
      return bakeBadge(await signed(identifier), picture, kind);
    },
    sheetOf,
    canDraw: (certificate) => isSigned(certificate) && canDraw(certificate),
    ...createCopies({ certificates, signer, clock }),
    credentialFile: async (identifier) => credentialFile(await signed(identifier)),
    publicRecord: known.record,
    publicRecordAtOnce: known.recordAtOnce,
    publicDocumentAtOnce: (url) => documents.readAtOnce(url === didDocumentUrl ? didPath : url),
    didDocumentUrl,
    achievement: async (courseId, courseVersion, language) => {
      const achievement = await deps.achievementOf(courseId, courseVersion);
      return achievement && publishAchievement(achievement, deps.translations.words(language), baseUrl);
    },
    publicDocument,
    issuing: {
      live: createCredentialIssuer({ signer, statusLists, baseUrl }),
      test: createCredentialIssuer({ signer: test.signer, statusLists: test.statusLists, baseUrl }),
    },
    ownDids: known.ownDids,
    problem: () => signer.problem(),
    description: () => signer.did(),
    compactTable: (registryEntryId) => compactTables.byId(registryEntryId),
    published: async () => ({
      issuers: await Promise.all(
        (await known.ownDids()).map(async (did) => ({ did, document: await didDocument(did) })),
      ),
      keys: await keyring.history(),
      tables: await compactTables.all(),
      statusLists: await statusLists.everyPublished(),
    }),
    tableRoutes: createTableRoutes(compactTables),
    routes: createIssuerRoutes(documents),
    directDocuments: createDirectDocuments(documents),
    personalData: createPersonalData({
      certificates,
      corrections,
      renditions,
      revocations,
      batches,
      clock,
      pdfOf: (identifier) => rendition(identifier, 'pdf'),
    }),
  };
};
