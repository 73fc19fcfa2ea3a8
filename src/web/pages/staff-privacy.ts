import { Router } from 'express';
import { accountOf, requireRole } from '../../accounts/index.ts';
import type { Audit } from '../../platform/audit/audit.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Privacy } from '../../privacy/index.ts';
import type { Render } from '../render.ts';

type StaffPrivacyDeps = {
  render: Render;
  privacy: Pick<Privacy, 'erasures' | 'retentionRuns' | 'applyRetention' | 'register'>;
  audit: Pick<Audit, 'append'>;
};

const shownAtMost = 50;

/** The privacy officer's desk: what was erased, what retention removed, and what is kept. */
export const createStaffPrivacyPages = ({ render, privacy, audit }: StaffPrivacyDeps): Router => {
  const router = Router();
  const officer = requireRole('privacy', 'administrator');

  router.get('/staff/privacy', officer, async (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'privacy/staff',
      title: words('privacy:staff.title'),
      wide: true,
      noindex: true,
      data: {
        erasures: await privacy.erasures(shownAtMost),
        runs: await privacy.retentionRuns(shownAtMost),
        modules: privacy.register(),
      },
    });
  });

  router.post('/staff/privacy/retention', officer, async (request, response) => {
    const { requestId, language } = contextOf(response);
    // Noted before it runs: what was asked for is known even when the run is cut.
    await audit.append({
      key: `retention:${requestId}`,
      actor: accountOf(request).id,
      action: 'RetentionRequested',
      target: 'privacy:retention',
    });
    await privacy.applyRetention();
    response.redirect(303, `/${language}/staff/privacy#retention`);
  });

  return router;
};
