import { join } from 'node:path';
import { type Accounts, createAccounts } from './accounts/index.ts';
import { type Billing, createBilling, createReceiptDrawing } from './billing/index.ts';
import { createDesk, type Desk } from './desk/index.ts';
import { createIntegrations, type Integrations } from './integrations/index.ts';
import { createIssuer, type Issuer, readIdentifier, revocationOf } from './issuer/index.ts';
import { createLearning, type Learning } from './learning/index.ts';
import { createMeasurement, type Measurement } from './measurement/index.ts';
import { createNotifications, type Notifications } from './notifications/index.ts';
import type { Audit } from './platform/audit/audit.ts';
import { createFonts } from './platform/fonts/index.ts';
import type { JobRequest } from './platform/jobs/job.ts';
import type { PersonalDataProvider } from './platform/personal-data.ts';
import { createTemplates } from './platform/templates.ts';
import type { Platform } from './platform-parts.ts';
import { createPrivacy, type Privacy } from './privacy/index.ts';
import { createShowcase, type Showcase } from './showcase/index.ts';
import { createSupport, type Support } from './support/index.ts';
import { createVerifier, readTrustList, receiptPath, type Verifier } from './verifier/index.ts';
import { createWallets, type Wallets } from './wallets/index.ts';

/** The tenants of the house. */
export type Modules = {
  audit: Audit;
  accounts: Accounts;
  learning: Learning;
  billing: Billing;
  issuer: Issuer;
  verifier: Verifier;
  integrations: Integrations;
  wallets: Wallets;
  showcase: Showcase;
  desk: Desk;
  privacy: Privacy;
  support: Support;
  measurement: Measurement;
  notifications: Notifications;
  platform: Platform;
};

/** A slow or hostile host must not hold a verification up. */
const unreachable = async (): Promise<undefined> => undefined;

/** Builds each module and hands it the answers it may ask of others. */
export const createModules = (platform: Platform): Modules => {
  const { config, clock, random, outbox, audit, limits, translations, printer, logger, jobs } = platform;
  const { connection } = platform.database;
  const base = { connection, clock, random, outbox };
  const enqueue = (requests: readonly JobRequest[]): Promise<void> => jobs.enqueue(requests, clock.now());

  const accounts = createAccounts({
    ...base,
    limits,
    config,
    sessionsEnded: (accountId) => learning.recallSittings({ accountId }),
  });
  const learning: Learning = createLearning({
    ...base,
    languageOf: (accountId) => accounts.languageOf(accountId),
    baseUrl: config.baseUrl,
    renewableFrom: (enrolmentId) => issuer.lifetime.renewableFrom(enrolmentId),
    earnedBy: async (enrolmentId) => {
      const certificate = await issuer.certificateOfEnrolment(enrolmentId);
      if (!certificate || certificate.state === 'issuing' || revocationOf(certificate)) return undefined;
      const { identifier, issuedAt } = certificate;
      return issuedAt && { at: issuedAt, address: `${config.baseUrl}/v/${identifier}` };
    },
  });
  const billing = createBilling({
    ...base,
    config,
    logger,
    enqueue,
    assertMayBegin: (accountId, courseId) => learning.assertPrerequisites(accountId, courseId),
    assertMayRenew: (accountId, courseId) => learning.assertMayRenew(accountId, courseId),
    drawReceipt: createReceiptDrawing({
      printer,
      fonts: createFonts(),
      templates: createTemplates(),
      words: (language) => translations.words(language),
    }),
  });
  const issuer: Issuer = createIssuer({
    ...base,
    config,
    printer,
    translations,
    awardOf: (enrolmentId) => learning.awardOf(enrolmentId),
    nameOf: (accountId) => accounts.nameOf(accountId),
    achievementOf: (courseId, version) => learning.achievement(courseId, version),
    currentAchievement: (courseId) => learning.achievement(courseId),
    accountsOf: (emails) => accounts.accountsByEmail(emails),
    enqueue,
  });
  const verifier = createVerifier({
    clock,
    trustedIssuers: async () => {
      const keys = await issuer.keyHistory();
      const { name } = config.operator;
      return [
        ...(await issuer.ownDids()).map((did) => ({ did, name, keys })),
        { did: issuer.issuing.test.did(), name: `${name} (test)`, test: true },
      ];
    },
    // Our own documents are answered in process; the service never calls itself, and fetches from nobody else.
    fetchDocument: async (url) => (await issuer.publicDocument(url)) ?? unreachable(),
    compactTable: (registryEntryId) => issuer.compactTable(registryEntryId),
    keyState: () => issuer.keyHistory(),
    withdrawalOf: async (credentialId) => {
      const identifier = credentialId.startsWith(`${config.baseUrl}/v/`)
        ? credentialId.split('/').at(-1)
        : undefined;
      return (identifier && (await issuer.publicRecord(identifier))) || {};
    },
    listedIssuers: readTrustList(join(config.contentDir, 'trusted-issuers.json')),
    isReceipt: (credentialId) => credentialId.startsWith(`${config.baseUrl}${receiptPath}`),
    genuineSheet: (credential) => issuer.sheetOf(credential),
    readNumber: (text) => {
      const typed = /\/v\/([0-9A-Za-z]{28})/.exec(text)?.[1] ?? text;
      const read = readIdentifier(typed);
      return read.outcome === 'read' ? read.identifier : undefined;
    },
  });
  const integrations = createIntegrations({ ...base, config, limits, issuer, verifier });
  const wallets = createWallets({ ...base, config, limits, translations, issuer, verifier });
  const desk = createDesk({ ...base, config, translations, printer, issuer, verifier, enqueue });
  const showcase = createShowcase({
    connection,
    clock,
    random,
    issuer,
    // A restricted account is not shown (GDPR, art. 18); nor is one that is not confirmed, locked or closed.
    publicNameOf: async (accountId) =>
      (await accounts.accountById(accountId))?.state === 'active' ? accounts.nameOf(accountId) : undefined,
  });
  const notifications = createNotifications({
    connection,
    clock,
    translations,
    config,
    transport: platform.mail,
    contactOf: (accountId) => accounts.contactOf(accountId),
  });
  const support = createSupport({
    ...base,
    emailOf: async (accountId) => (await accounts.accountById(accountId))?.email,
  });
  const measurement = createMeasurement({ connection, clock });
  const providers: readonly PersonalDataProvider[] = [
    learning.personalData,
    billing.personalData,
    issuer.personalData,
    verifier.personalData,
    integrations.personalData,
    wallets.personalData,
    showcase.personalData,
    desk.personalData,
    support.personalData,
    measurement.personalData,
    notifications.personalData,
    // Last: with the account goes what leads to all the rest, so a cut erasure can be found and finished.
    accounts.personalData,
  ];
  const privacy = createPrivacy({
    ...base,
    config,
    translations,
    providers,
    closeAccount: (accountId) => accounts.close(accountId),
    recipients: issuer.recipients,
    limits,
    enqueue,
  });
  return {
    showcase,
    audit,
    accounts,
    learning,
    billing,
    issuer,
    verifier,
    integrations,
    wallets,
    desk,
    privacy,
    support,
    measurement,
    notifications,
    platform,
  };
};
