import { Router } from 'express';
import { requireRole } from '../../accounts/index.ts';
import type { Issuer } from '../../issuer/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Render } from '../render.ts';

type StaffKeyDeps = { render: Render; issuer: Pick<Issuer, 'keys' | 'reissueProgress' | 'problem'> };

/** The issuer's keys with their states and dates, and how far a reissue has come. Keys are cared for at the command line. */
export const createStaffKeyPages = ({ render, issuer }: StaffKeyDeps): Router => {
  const router = Router();
  router.get('/staff/keys', requireRole('administrator'), async (request, response) => {
    const { words } = contextOf(response);
    const keys = await issuer.keys.list();
    const rows = await Promise.all(
      keys.map(async (key) => ({
        ...key,
        stateText: words(`staff:keys.states.${key.state}`),
        reissue: key.compromisedAt ? await issuer.reissueProgress(key.publicKeyMultibase) : undefined,
      })),
    );
    render(request, response, {
      view: 'staff/keys',
      title: words('staff:keys.title'),
      wide: true,
      noindex: true,
      data: { rows, problem: issuer.problem() },
    });
  });
  return router;
};
