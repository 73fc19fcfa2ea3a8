import { join } from 'node:path';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import { type Language, languages, type Translations } from '../platform/i18n.ts';
import { defineJob, type JobKind, type JobRequest } from '../platform/jobs/job.ts';
import type { PersonalDataProvider, ProcessingRecord } from '../platform/personal-data.ts';
import { type Random, token } from '../platform/random.ts';
import { createTemplates } from '../platform/templates.ts';
import { createAddressErasureStore } from './address-erasure-store.ts';
import { createApplyRetention } from './apply-retention.ts';
import { type ConsentRecord, createConsentStore } from './consent-store.ts';
import { type AddressErasures, createAddressErasures, type Recipients } from './erase-address.ts';
import { type CloseAccount, createErasure } from './erase-data.ts';
import type { ErasureLine, ErasureRequest } from './erasure.ts';
import { createErasureStore } from './erasure-store.ts';
import { createExport } from './export-data.ts';
import { createPersonalData } from './personal-data.ts';
import { fillIn, type PolicyVersion, policyAt, readPolicyVersions } from './policy.ts';
import { createRetentionStore, type RetentionRun } from './retention-store.ts';

export {
  acceptAll,
  type CookieChoice,
  choiceDays,
  readChoice,
  refuseAll,
  writeChoice,
} from './consent.ts';
export { type AddressErasures, addressLinkHours } from './erase-address.ts';
export type { ErasureLine, ErasureRequest } from './erasure.ts';
export { AccountErased, AddressErased, AddressErasureAsked } from './events.ts';
export type { PolicyVersion } from './policy.ts';
export type { RetentionRun } from './retention-store.ts';

type PrivacyDeps = {
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  config: Pick<Config, 'operator' | 'contentDir'>;
  translations: Translations;
  /** Every other module's; privacy adds its own. The account's must come last. */
  providers: readonly PersonalDataProvider[];
  closeAccount: CloseAccount;
  recipients: Recipients;
  limits: RateLimits;
  enqueue(requests: readonly JobRequest[]): Promise<void>;
};

export type Privacy = {
  /** Reads the policy; called once at start. @throws when a version lacks a language or holds an unknown placeholder. */
  open(): Promise<void>;
  /** The policy's versions, newest first, and the one in force. */
  policy(): { versions: readonly PolicyVersion[]; inForce: PolicyVersion | undefined };
  /** The text of a version in Markdown, with the operator's name and addresses filled in. */
  policyText(version: PolicyVersion, language: Language): string;
  /** What is kept by whom and why: the published register, one entry per module that keeps anything. */
  register(): readonly { module: string; records: readonly ProcessingRecord[] }[];
  /** Everything kept about a person, as a ZIP. */
  exportFor(accountId: string, language: Language): Promise<Uint8Array>;
  /** What an erasure would do, before it is asked for. */
  planErasure(accountId: string): Promise<ErasureLine[]>;
  /** Closes the account at once and erases it by a job. Safe to repeat. */
  requestErasure(accountId: string, requestedBy: string): Promise<void>;
  /** For holders who never opened an account. */
  addressErasures: AddressErasures;
  erasures(limit: number): Promise<ErasureRequest[]>;
  recordChoice(record: Omit<ConsentRecord, 'at' | 'textVersion'>): Promise<void>;
  applyRetention(): Promise<RetentionRun>;
  retentionRuns(limit: number): Promise<RetentionRun[]>;
  jobKinds: readonly JobKind[];
  personalData: PersonalDataProvider;
};

const erasureJob = 'erase-account';

/** Export, erasure, retention and the published register: loops over what the modules answer. Knows no tables. */
export const createPrivacy = (deps: PrivacyDeps): Privacy => {
  const { connection, clock, random, outbox, config, translations } = deps;
  const consents = createConsentStore(connection);
  const erasures = createErasureStore(connection, outbox);
  const runs = createRetentionStore(connection);
  const requests = createAddressErasureStore(connection, outbox);
  const personalData = createPersonalData({ consents, erasures, requests, runs });
  const providers = [personalData, ...deps.providers];
  const page = createTemplates().load(new URL('export.hbs', import.meta.url));
  const exportFor = createExport({ providers, page, operator: config.operator, clock });
  const applyRetention = createApplyRetention({ providers, runs, clock });
  const erasure = createErasure({
    providers,
    erasures,
    closeAccount: deps.closeAccount,
    askForErasure: (accountId, occasion) =>
      deps.enqueue([
        { key: `${erasureJob}:${accountId}:${occasion}`, name: erasureJob, payload: { accountId } },
      ]),
    clock,
    outbox,
  });
  const { legalName, address, privacyEmail } = config.operator;
  const facts = { operator: legalName, address, email: privacyEmail };
  let versions: readonly PolicyVersion[] = [];

  return {
    open: async () => {
      const read = await readPolicyVersions(join(config.contentDir, 'policies', 'privacy'));
      // A placeholder that nobody fills stops the start, not a reader.
      for (const { text } of read) for (const language of languages) fillIn(text[language], facts);
      versions = read;
    },
    policy: () => ({ versions, inForce: policyAt(versions, clock.now()) }),
    policyText: ({ text }, language) => fillIn(text[language], facts),
    register: () =>
      providers
        .map((provider) => ({ module: provider.module, records: provider.describe() }))
        .filter(({ records }) => records.length > 0),
    exportFor: (accountId, language) => exportFor(accountId, translations.words(language)),
    planErasure: (accountId) => erasure.plan(accountId),
    requestErasure: (accountId, requestedBy) => erasure.request(accountId, requestedBy),
    addressErasures: createAddressErasures({ ...deps, requests }),
    erasures: (limit) => erasures.newest(limit),
    recordChoice: (record) =>
      consents.add(token(random, 16), {
        ...record,
        at: clock.now(),
        textVersion: policyAt(versions, clock.now())?.version ?? '',
      }),
    applyRetention: async () => {
      await erasure.resume();
      return applyRetention();
    },
    retentionRuns: (limit) => runs.newest(limit),
    jobKinds: [
      defineJob(erasureJob, z.strictObject({ accountId: z.string() }), (job) =>
        erasure.perform(job.accountId),
      ),
    ],
    personalData,
  };
};
