import { Router } from 'express';
import { requireRole } from '../../accounts/index.ts';
import { contextOf } from '../../platform/http/context.ts';
import { formats } from '../../platform/i18n.ts';
import type { Verifier } from '../../verifier/index.ts';
import type { Render } from '../render.ts';

type Deps = { render: Render; verifier: Pick<Verifier, 'listedIssuers'> };

/** The reviewed list of issuers that are not us, as the service read it at its start. It is changed in its file. */
export const createStaffTrustListPages = ({ render, verifier }: Deps): Router => {
  const router = Router();
  const staff = requireRole('support', 'examiner', 'administrator');
  router.get('/staff/trust-list', staff, (request, response) => {
    const { words } = contextOf(response);
    const { date } = formats(words.language);
    render(request, response, {
      view: 'staff/trust-list',
      title: words('staff:trust-list.title'),
      wide: true,
      noindex: true,
      data: {
        issuers: verifier.listedIssuers.map(({ did, name, from, until, note }) => ({
          did,
          name,
          from: date(new Date(from)),
          until: until && date(new Date(until)),
          note: note[words.language],
        })),
      },
    });
  });
  return router;
};
