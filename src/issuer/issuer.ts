import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { createFonts } from '../platform/fonts/index.ts';
import type { Translations } from '../platform/i18n.ts';
import type { JobKind, JobRequest } from '../platform/jobs/job.ts';
import type { PdfPrinter } from '../platform/pdf/index.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { type Copies, createCopies } from './bind-to-holder.ts';
import { createBatchStore } from './bulk/batch-store.ts';
import { type Batches, createBatches } from './bulk/batches.ts';
import { letterRequests } from './bulk/letters.ts';
import { type AccountsOf, addressKey, type CurrentAchievement } from './bulk/preview-batch.ts';
import { type Certificate, enrolmentOrigin } from './certificate.ts';
import { createCertificateStore } from './certificate-store.ts';
import { createCorrectionStore } from './corrections/correction-store.ts';
import { type Corrections, createCorrections } from './corrections/corrections.ts';
import { createReplaceCertificate } from './corrections/replace-certificate.ts';
import { type CredentialIssuer, createCredentialIssuer } from './credential-issuer.ts';
import { createCurrent } from './current-certificate.ts';
import { createDrawCertificate } from './draw-certificate.ts';
import { type AwardOf, createIssueCertificate, type NameOf, type SheetOf } from './issue-certificate.ts';
import { firstReissuePart, issuerJobs } from './jobs.ts';
import { createKeyRegister } from './key-register.ts';
import { createKeyring } from './keyring.ts';
import { createKeyFiles } from './keys.ts';
import { createLifetime, type Lifetime } from './lifetime/lifetime.ts';
import { createLifetimeStore } from './lifetime/lifetime-store.ts';
import { createCompactTableStore } from './offline/compact-table-store.ts';
import { createLateCode } from './offline/late-code.ts';
import { createOfflineCodes } from './offline/offline-codes.ts';
import { createOperator } from './operator.ts';
import { createPersonalData } from './personal-data.ts';
import { type AchievementOf, createPublication, type Publication } from './publication.ts';
import { createRecipients, type Recipients } from './recipients.ts';
import { createReissueCertificates, type ReissueProgress } from './reissue-certificates.ts';
import { createRenditionStore } from './rendition-store.ts';
import { createRenditions, type Renditions } from './renditions.ts';
import { createRevocationBatchStore } from './revocation-batch-store.ts';
import { createKeyCare, type KeyCare } from './rotate-keys.ts';
import { createPreviewSheet } from './sheet-templates/preview-sheet.ts';
import { createSheetTemplateStore } from './sheet-templates/sheet-template-store.ts';
import { createSheetTemplates, type SheetTemplates } from './sheet-templates/sheet-templates.ts';
import { createShowResult, type ResultChoice } from './show-result.ts';
import { createSignReserved } from './sign-reserved.ts';
import { createSigner } from './signer.ts';
import { createStatusEntryStore } from './status-entry-store.ts';
import { createStatusLists, type StatusLists } from './status-list.ts';
import { createStatusListStore } from './status-list-store.ts';
import { createTestIssuer } from './test-issuer.ts';
import { createTestKeyStore } from './test-key-store.ts';
import { createWithdrawals, type Withdrawals } from './withdrawals.ts';

type IssuerDeps = {
  config: Pick<Config, 'baseUrl' | 'issuerKeysDir' | 'operator' | 'production'>;
  connection: Parameters<typeof createLifetimeStore>[0];
  clock: Clock;
  random: Random;
  outbox: Outbox;
  printer: PdfPrinter;
  translations: Translations;
  awardOf: AwardOf;
  nameOf: NameOf;
  achievementOf: AchievementOf;
  /** See `createPublication`. */
  freshFor?: number;
  currentAchievement: CurrentAchievement;
  accountsOf: AccountsOf;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
  /** Rows of a batch that are signed, stored and counted together. */
  rowsAtOnce?: number;
};

export type Issuer = Copies &
  Renditions &
  Withdrawals &
  Publication & {
    /** Reads the key and names the issuer; called once, after the indexes are there. */
    open(): Promise<void>;
    /** Issues the one certificate of a completed enrolment; repeating it answers the same one. */
    issueCertificate(enrolmentId: string): Promise<Certificate | undefined>;
    /** The issuer's keys: make, put to use, report as compromised. */
    keys: KeyCare;
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
    /** Issues what programs compose: `live` in our own name, `test` in that of an issuer nobody vouches for. */
    issuing: Readonly<Record<'live' | 'test', CredentialIssuer>>;
    /** Why nothing can be issued now, in words for the operator; nothing when all is well. */
    problem(): string | undefined;
    /** The DID that signs, for the operator to read. @throws DomainError `issuing-unavailable` */
    description(): string;
    personalData: PersonalDataProvider;
  };

const createStores = ({ connection, outbox }: Pick<IssuerDeps, 'connection' | 'outbox'>) => ({
  register: createKeyRegister(connection, outbox),
  certificates: createCertificateStore(connection, outbox),
  lifetimes: createLifetimeStore(connection),
  renditions: createRenditionStore(connection),
  revocations: createRevocationBatchStore(connection),
  entries: createStatusEntryStore(connection),
  lists: createStatusListStore(connection),
  tables: createCompactTableStore(connection),
});

/** Another issuer, for what programs try out, with stores of its own. */
const createTest = ({ config, connection, clock, random }: IssuerDeps) =>
  createTestIssuer({
    keys: createTestKeyStore(connection),
    entries: createStatusEntryStore(connection, 'test'),
    lists: createStatusListStore(connection, 'test'),
    baseUrl: config.baseUrl,
    clock,
    random,
  });

/** What signs, and how sheets are drawn: several use cases share it. */
const createFoundations = (deps: IssuerDeps) => {
  const { config, clock, random, translations } = deps;
  const { baseUrl, production } = config;
  const stores = createStores(deps);
  const { register, tables } = stores;
  const files = createKeyFiles({ dir: config.issuerKeysDir, clock, random });
  const keyring = createKeyring({ files, register, production, clock });
  const signer = createSigner({ baseUrl, keyring });
  const drawing = createDrawCertificate({ printer: deps.printer, translations, operator: config.operator });
  const sheetTemplates = createSheetTemplates({
    ...deps,
    templates: createSheetTemplateStore(deps.connection),
    preview: createPreviewSheet({
      drawing: drawing.drawing,
      words: (language) => translations.words(language),
      operator: config.operator,
      baseUrl,
    }),
  });
  const sheetOf: SheetOf = async (courseId) => {
    const { id: template, version, design } = await sheetTemplates.chosen(courseId);
    return { template, version, design };
  };
  return {
    ...deps,
    ...stores,
    baseUrl,
    files,
    keyring,
    signer,
    drawing,
    sheetTemplates,
    sheetOf,
    fonts: createFonts(),
    operator: createOperator(config, translations),
    statusLists: createStatusLists({ ...deps, ...stores, signer, baseUrl }),
    offlineCodes: createOfflineCodes({ signer, tables, baseUrl }),
  };
};

type Foundations = ReturnType<typeof createFoundations>;

/** Names are corrected by issuing anew: the old certificate gives way to the new one. */
const createNameCorrections = (common: Foundations, { revoke, suspend }: Withdrawals) => {
  const store = createCorrectionStore(common.connection, common.outbox);
  const signReserved = createSignReserved(common);
  const corrections = createCorrections({
    ...common,
    corrections: store,
    replace: createReplaceCertificate({ ...common, signReserved, revoke, suspend }),
    covers: (name) => common.fonts.coverageOf(name).covered,
  });
  return { corrections, store };
};

const createBulkIssuing = (common: Foundations, revokeSome: Withdrawals['revokeMany']): Batches =>
  createBatches({
    ...common,
    batches: createBatchStore(common.connection, common.outbox),
    revokeSome,
    askForLetters: (identifiers, before, from) => common.enqueue(letterRequests(identifiers, before, from)),
  });

/** Issues, draws, publishes and revokes certificates. Knows nothing of courses or payments. */
export const createIssuer = (deps: IssuerDeps): Issuer => {
  const common = createFoundations(deps);
  const { certificates, keyring, signer, statusLists, baseUrl, enqueue, clock } = common;
  const test = createTest(deps);
  const { withdrawals, revokeBatch } = createWithdrawals(common);
  const reissue = createReissueCertificates(common);
  const { corrections, store } = createNameCorrections(common, withdrawals);
  const batches = createBulkIssuing(common, withdrawals.revokeMany);
  const renditions = createRenditions({ ...common, withCode: createLateCode(common) });

  return {
    ...renditions,
    ...withdrawals,
    ...createPublication({ ...common, test }),
    ...createCopies(common),
    open: async () => {
      await statusLists.prepare();
      await keyring.open();
      await test.open();
    },
    issueCertificate: createIssueCertificate(common),
    keys: createKeyCare(common),
    beginReissue: (key) => enqueue([firstReissuePart(key)]),
    reissueProgress: (key) => reissue.progress(key),
    jobKinds: issuerJobs({ reissue, revokeBatch, enqueue, clock }),
    statusLists,
    refreshStatusLists: async () => {
      await statusLists.refresh();
      await test.statusLists.refresh();
    },
    certificate: (identifier) => certificates.byIdentifier(identifier),
    certificatesOf: (accountId) => certificates.heldBy(accountId),
    certificateOfEnrolment: (enrolmentId) => createCurrent(certificates)(enrolmentOrigin(enrolmentId)),
    showResult: createShowResult(common),
    sheetTemplates: common.sheetTemplates,
    corrections,
    lifetime: createLifetime(common),
    batches,
    claimCertificates: async (accountId, email) => {
      await certificates.claim(addressKey(email), accountId);
    },
    recipients: createRecipients(common),
    newestCertificates: (limit) => certificates.newest(limit),
    certificateCounts: () => certificates.counts(),
    issuing: {
      live: createCredentialIssuer({ signer, statusLists, baseUrl }),
      test: createCredentialIssuer({ signer: test.signer, statusLists: test.statusLists, baseUrl }),
    },
    problem: () => signer.problem(),
    description: () => signer.did(),
    personalData: createPersonalData({
      ...common,
      corrections: store,
      batches,
      pdfOf: (identifier) => renditions.rendition(identifier, 'pdf'),
    }),
  };
};
