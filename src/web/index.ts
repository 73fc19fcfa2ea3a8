import type { Request, Response, Router } from 'express';
import { Router as createRouter } from 'express';
import { type Accounts, accountOf, requireRole, requireSignIn, signedInAccount } from '../accounts/index.ts';
import { type Billing, productOfCourse, productOfRenewal } from '../billing/index.ts';
import type { Desk } from '../desk/index.ts';
import type { Integrations } from '../integrations/index.ts';
import { type Issuer, readIdentifier } from '../issuer/index.ts';
import type { Learning } from '../learning/index.ts';
import type { Measurement } from '../measurement/index.ts';
import type { Audit } from '../platform/audit/audit.ts';
import type { Clock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import type { DirectAnswer } from '../platform/http/direct-answer.ts';
import type { Problem } from '../platform/http/problem.ts';
import type { RateLimits } from '../platform/http/rate-limits.ts';
import type { Translations } from '../platform/i18n.ts';
import type { JobStore } from '../platform/jobs/job-store.ts';
import { createTemplates } from '../platform/templates.ts';
import type { Privacy } from '../privacy/index.ts';
import type { Showcase } from '../showcase/index.ts';
import type { Support } from '../support/index.ts';
import type { Verifier } from '../verifier/index.ts';
import type { Wallets } from '../wallets/index.ts';
import { createAssets, readAssets } from './assets.ts';
import { createCountVisits } from './count-visits.ts';
import { createDirectVerdicts } from './direct-verdicts.ts';
import { errorPage } from './error-page.ts';
import { takeSnapshot } from './offline/snapshot.ts';
import { createAccountPages } from './pages/account.ts';
import { createAchievementPages } from './pages/achievements.ts';
import { createCertificatePages } from './pages/certificates.ts';
import { createCheckoutPages } from './pages/checkout.ts';
import { createContactPages } from './pages/contact.ts';
import { createDevMailPages } from './pages/dev-mail.ts';
import { createDeveloperPages } from './pages/developers.ts';
import { createHomePages } from './pages/home.ts';
import { createLearnPages } from './pages/learn.ts';
import { type AttemptSaves, createAttemptSaves } from './pages/learn-attempt-save.ts';
import { createWorkUpload } from './pages/learn-work-upload.ts';
import { createOfflineVerifierPages } from './pages/offline-verifier.ts';
import { createPresentationPages } from './pages/presentations.ts';
import { createPrivacyPages } from './pages/privacy.ts';
import { createAccountPrivacyPages } from './pages/privacy-account.ts';
import { createPrivacyByAddressPages } from './pages/privacy-by-address.ts';
import { createCookiePages } from './pages/privacy-cookies.ts';
import { createProblemPages } from './pages/problems.ts';
import { createRecordsPages } from './pages/records.ts';
import { createPublicShowcasePages, createShowcasePages } from './pages/showcase.ts';
import { createStaffPages } from './pages/staff.ts';
import { createStaffAttemptPages } from './pages/staff-attempts.ts';
import { createBatchUpload, createStaffBatchPages } from './pages/staff-batches.ts';
import { createStaffClientPages } from './pages/staff-clients.ts';
import { createStaffCoursePages } from './pages/staff-courses.ts';
import { createStaffExaminingPages } from './pages/staff-examining.ts';
import { createItemUpload } from './pages/staff-item-exchange.ts';
import { createStaffItemPages } from './pages/staff-items.ts';
import { createStaffPrivacyPages } from './pages/staff-privacy.ts';
import { createStaffSupportPages } from './pages/staff-support.ts';
import { createStaffTemplatePages } from './pages/staff-templates.ts';
import { createStaffTrustListPages } from './pages/staff-trust-list.ts';
import { createStyleguidePages } from './pages/styleguide.ts';
import { createVerifyPages } from './pages/verify.ts';
import { createVerifyBulkPages } from './pages/verify-bulk.ts';
import { createVerifySharingPages } from './pages/verify-sharing.ts';
import { createVerifySuspicionPages } from './pages/verify-suspicion.ts';
import { createClaimPages, createWalletPages } from './pages/wallets.ts';
import { createRender } from './render.ts';

type WebDeps = {
  accounts: Accounts;
  learning: Learning;
  billing: Billing;
  issuer: Issuer;
  verifier: Verifier;
  wallets: Wallets;
  showcase: Showcase;
  desk: Desk;
  integrations: Integrations;
  privacy: Privacy;
  support: Support;
  measurement: Measurement;
  audit: Audit;
  jobs: JobStore;
  config: Config;
  clock: Clock;
  limits: RateLimits;
  translations: Translations;
  /** The token of the session's forms. */
  csrfToken(request: Request): string;
};

export type Web = {
  /** Files under `/assets/`. */
  assets: Router;
  /** What a program learns of a certificate by its number, for what answers before Express. */
  directVerdicts: DirectAnswer;
  /** Pages that set no cookie: verification. */
  publicPages: Router;
  /** Answers that are saved during a test. */
  saves: AttemptSaves;
  /** Pages behind the session. */
  pages: Router;
  /** Forms that carry a file: read before their token is checked. */
  uploads: Router;
  errorPage(request: Request, response: Response, problem: Problem): void;
};

/** All pages of the product. */
export const createWeb = (deps: WebDeps): Web => {
  const {
    config,
    clock,
    accounts,
    issuer,
    verifier,
    wallets,
    desk,
    learning,
    billing,
    privacy,
    support,
    limits,
    translations,
  } = deps;
  const files = readAssets();
  const { operator, production, baseUrl } = config;
  const render = createRender({
    templates: createTemplates(),
    assets: files,
    clock,
    operator,
    production,
    baseUrl,
    viewer: signedInAccount,
    csrf: (request) => ('session' in request ? deps.csrfToken(request) : undefined),
    counts: createCountVisits(deps.measurement),
  });

  const directVerdicts = createDirectVerdicts({
    verdicts: desk.verdicts,
    limits,
    readIdentifier,
    trustProxyHops: config.trustProxyHops,
  });
  const publicPages = createRouter();
  publicPages.use(
    createVerifyBulkPages({ render, desk, limits }),
    createVerifySharingPages({ render, desk, limits, baseUrl }),
    createVerifySuspicionPages({ render, support, limits }),
    createVerifyPages({ render, desk, verifier, limits, config, clock }),
    createAchievementPages({ render, issuer, operator }),
    createOfflineVerifierPages({
      cacheDir: config.cacheDir,
      limits,
      snapshot: async () =>
        takeSnapshot({
          published: await issuer.published(),
          operator: operator.name,
          baseUrl,
          now: clock.now(),
        }),
    }),
    createPublicShowcasePages({ render, showcase: deps.showcase, limits }),
    createClaimPages({ render, wallets, issuer, limits }),
    createPresentationPages({ render, wallets, limits }),
  );
  const pages = createRouter();
  pages.use(createStaffItemPages({ render, items: learning.items, accounts }));
  const renewalPriceOf = (courseId: string) => billing.priceOf(productOfRenewal(courseId));
  const learn = {
    render,
    baseUrl,
    learning,
    requireSignIn,
    accountOf: signedInAccount,
    priceOf: (courseId: string) => billing.priceOf(productOfCourse(courseId)),
    renewalPriceOf,
    nameOf: accounts.nameOf,
  };
  pages.use(
    createHomePages({ render, operator, baseUrl }),
    createProblemPages({ render, translations }),
    createDeveloperPages({ render, baseUrl }),
    createAccountPages({ render, accounts, limits, operator: operator.name }),
    createLearnPages(learn),
    createCheckoutPages({
      render,
      billing,
      operator,
      production,
      requireSignIn,
      requireBilling: requireRole('billing', 'administrator'),
      accountOf,
    }),
    createPrivacyPages({ render, privacy, clock }),
    createPrivacyByAddressPages({ render, privacy, limits }),
    createCookiePages({ render, privacy, limits, baseUrl }),
    createAccountPrivacyPages({ render, privacy, accounts, limits, clock }),
    createContactPages({ render, support, limits, clock }),
    createCertificatePages({ render, issuer, learning, clock, config, renewalPriceOf }),
    createRecordsPages({ render, learning, accounts, audit: deps.audit, clock }),
    createShowcasePages({ render, showcase: deps.showcase, issuer, limits, baseUrl }),
    createWalletPages({ render, wallets, issuer, limits }),
    createStaffPages({ render, issuer, accounts, jobs: deps.jobs, audit: deps.audit, clock }),
    createStaffCoursePages({ render, drafts: learning.drafts, accounts }),
    createStaffAttemptPages({ render, learning, accounts, clock }),
    createStaffBatchPages({ render, issuer, learning }),
    createStaffTemplatePages({ render, issuer, learning, audit: deps.audit }),
    createStaffClientPages({ render, clients: deps.integrations.clients, issuer }),
    createStaffPrivacyPages({ render, privacy, audit: deps.audit }),
    createStaffTrustListPages({ render, verifier }),
    createStaffSupportPages({ render, support, desk }),
    createStaffExaminingPages({ render, learning, clock }),
  );
  if (!production) pages.use(createStyleguidePages({ render, clock }));
  if (!production && config.mail.kind === 'folder') {
    pages.use(createDevMailPages({ render, mailDir: config.mail.dir }));
  }
  return {
    assets: createAssets(files),
    directVerdicts,
    publicPages,
    saves: createAttemptSaves({ ...learn, clock }),
    pages,
    uploads: createRouter().use(
      createBatchUpload(),
      createItemUpload(),
      createWorkUpload({ render, baseUrl, accountOf: signedInAccount }),
    ),
    errorPage: errorPage(render),
  };
};
