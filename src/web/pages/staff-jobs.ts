import { Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import type { Audit } from '../../platform/audit/audit.ts';
import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { validate } from '../../platform/http/validate.ts';
import type { JobStore } from '../../platform/jobs/job-store.ts';
import type { Render } from '../render.ts';

type StaffJobDeps = {
  render: Render;
  jobs: Pick<JobStore, 'counts' | 'list' | 'revive'>;
  audit: Pick<Audit, 'append'>;
  clock: Clock;
};

const shownAtMost = 100;
const states = ['due', 'running', 'done', 'dead'] as const;
const againForm = z.strictObject({ key: z.string().min(1).max(500) });

/** The queue as the administrator sees it. A job that was given up can be run again; who did so is recorded. */
export const createStaffJobPages = ({ render, jobs, audit, clock }: StaffJobDeps): Router => {
  const router = Router();
  const administrator = requireRole('administrator');

  router.get('/staff/jobs', administrator, async (request, response) => {
    const { words } = contextOf(response);
    const [counts, dead, due] = await Promise.all([
      jobs.counts(),
      jobs.list('dead', shownAtMost),
      jobs.list('due', shownAtMost),
    ]);
    render(request, response, {
      view: 'staff/jobs',
      title: words('staff:jobs.title'),
      wide: true,
      noindex: true,
      data: {
        counts: states.map((state) => ({ state, count: counts[state] ?? 0 })),
        dead,
        due,
        revived: request.query.done === 'revived',
      },
    });
  });

  router.post('/staff/jobs/again', administrator, async (request, response) => {
    const { key } = validate(againForm, request.body);
    const now = clock.now();
    if (!(await jobs.revive(key, now))) throw notFound();
    await audit.append({
      key: `job-revived:${key}:${now.toISOString()}`,
      actor: accountOf(request).id,
      action: 'JobRevived',
      target: `job:${key}`,
    });
    response.redirect(303, `/${contextOf(response).language}/staff/jobs?done=revived`);
  });
  return router;
};
