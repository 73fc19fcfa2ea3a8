import { Router } from 'express';
import { type Accounts, accountOf, type Role, requireRole, roles } from '../../accounts/index.ts';
import type { Issuer } from '../../issuer/index.ts';
import type { Audit } from '../../platform/audit/audit.ts';
import type { Clock } from '../../platform/clock.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Words } from '../../platform/i18n.ts';
import type { JobStore } from '../../platform/jobs/job-store.ts';
import type { Render } from '../render.ts';
import { createStaffAuditPages } from './staff-audit.ts';
import { createStaffBulkRevocationPages } from './staff-bulk-revocation.ts';
import { createStaffCertificatePages } from './staff-certificates.ts';
import { createStaffCorrectionPages } from './staff-corrections.ts';
import { createStaffJobPages } from './staff-jobs.ts';
import { createStaffKeyPages } from './staff-keys.ts';
import { createStaffSuspensionPages } from './staff-suspensions.ts';

export type StaffPagesDeps = {
  render: Render;
  issuer: Pick<
    Issuer,
    | 'certificate'
    | 'certificatesOf'
    | 'newestCertificates'
    | 'certificateCounts'
    | 'revoke'
    | 'suspend'
    | 'liftSuspension'
    | 'bulkRevocation'
    | 'corrections'
    | 'keys'
    | 'reissueProgress'
    | 'problem'
  >;
  accounts: Pick<Accounts, 'nameOf' | 'accountByEmail'>;
  jobs: Pick<JobStore, 'counts' | 'list' | 'revive'>;
  audit: Audit;
  clock: Clock;
};

/** Each desk with the roles that sit at it; an administrator sits at all. */
const desks: readonly { key: string; path: string; for: readonly Role[] }[] = [
  { key: 'items', path: '/staff/items', for: ['author'] },
  { key: 'certificates', path: '/staff/certificates', for: ['examiner'] },
  { key: 'corrections', path: '/staff/corrections', for: ['support', 'examiner'] },
  { key: 'attempts', path: '/staff/attempts', for: ['examiner'] },
  { key: 'records', path: '/staff/records', for: ['author', 'examiner'] },
  { key: 'templates', path: '/staff/templates', for: ['author', 'examiner'] },
  { key: 'courses', path: '/staff/courses', for: ['author'] },
  { key: 'batches', path: '/staff/batches', for: ['examiner'] },
  { key: 'examining', path: '/staff/examining', for: ['examiner'] },
  { key: 'orders', path: '/staff/orders', for: ['billing'] },
  { key: 'support', path: '/staff/support', for: ['support', 'privacy'] },
  { key: 'trust-list', path: '/staff/trust-list', for: ['support', 'examiner'] },
  { key: 'accounts', path: '/staff/accounts', for: [] },
  { key: 'clients', path: '/staff/clients', for: [] },
  { key: 'privacy', path: '/staff/privacy', for: ['privacy'] },
  { key: 'audit', path: '/staff/audit', for: ['privacy'] },
  { key: 'keys', path: '/staff/keys', for: [] },
  { key: 'jobs', path: '/staff/jobs', for: [] },
];

const staffRoles = roles.filter((role) => role !== 'learner');

/** What each role may open, and what needs a look now. */
export const createStaffPages = (deps: StaffPagesDeps): Router => {
  const { render, issuer, jobs } = deps;
  const router = Router();

  /** A figure where it says whether there is something to do. */
  const noteOf = async (key: string, words: Words): Promise<string | undefined> => {
    if (key === 'certificates') {
      const count = (await issuer.certificateCounts()).valid ?? 0;
      return words('staff:home.certificates-count', { count });
    }
    if (key === 'corrections') {
      const count = await issuer.corrections.countPending();
      return count > 0 ? words('staff:home.waiting', { count }) : undefined;
    }
    const count = key === 'jobs' ? ((await jobs.counts()).dead ?? 0) : 0;
    return count > 0 ? words('staff:home.dead', { count }) : undefined;
  };

  router.get('/staff', requireRole(...staffRoles), async (request, response) => {
    const { words } = contextOf(response);
    const own = accountOf(request).roles;
    const open = desks.filter(
      (desk) => own.includes('administrator') || desk.for.some((role) => own.includes(role)),
    );
    const shown = await Promise.all(
      open.map(async ({ key, path }) => ({ key, path, note: await noteOf(key, words) })),
    );
    render(request, response, {
      view: 'staff/home',
      title: words('staff:home.title'),
      noindex: true,
      data: { desks: shown, problem: own.includes('administrator') ? issuer.problem() : undefined },
    });
  });
  router.use(
    createStaffBulkRevocationPages(deps),
    createStaffSuspensionPages(deps),
    createStaffCorrectionPages(deps),
    createStaffKeyPages(deps),
  );
  router.use(createStaffCertificatePages(deps), createStaffJobPages(deps), createStaffAuditPages(deps));
  return router;
};
