import { Router } from 'express';
import type { Config } from '../../platform/config.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { Render } from '../render.ts';
import { rosette, waveBand } from './guilloche.ts';
import { qrDrawing } from './qr-drawing.ts';

type HomeDeps = { render: Render; operator: Config['operator']; baseUrl: string };

/** What the sample certificate shows. Its code is real: it opens the page that verifies. */
const sampleCertificate = (baseUrl: string, operator: Config['operator']) => ({
  identifier: 'SPEC1MEN7Q2KD9XRVT4HB8WZ3FJ5',
  address: `${new URL(baseUrl).host}/v/…`,
  rosette: rosette(),
  band: waveBand(240),
  onlineCode: qrDrawing(`${baseUrl}/verify`),
  awardedOn: new Date('2026-11-23T12:00:00Z'),
  signatory: operator.signatory,
});

/** The public pages of the house itself: home, accessibility, licence. */
export const createHomePages = ({ render, operator, baseUrl }: HomeDeps): Router => {
  const router = Router();
  const sample = sampleCertificate(baseUrl, operator);
  router.get('/', (request, response) => {
    const { words } = contextOf(response);
    const data = { sample, verdicts: ['verified', 'not-valid', 'could-not-check', 'replaced'] };
    render(request, response, { view: 'home/home', title: words('web:home.title'), wide: true, data });
  });
  for (const page of ['accessibility', 'licence'] as const) {
    router.get(`/${page}`, (request, response) => {
      const { words } = contextOf(response);
      render(request, response, { view: `home/${page}`, title: words(`web:${page}.title`) });
    });
  }
  return router;
};
