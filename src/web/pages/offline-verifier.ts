import { type RequestHandler, Router } from 'express';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { createOfflineVerifier } from '../offline/offline-verifier.ts';
import type { Snapshot } from '../offline/snapshot.ts';

type Deps = { snapshot(): Promise<Snapshot>; cacheDir: string; limits: RateLimits };

/** A file of about a megabyte: for people, who need one, and not for programs that ask all day. */
const downloadLimit = { name: 'offline-verifier', points: 20, seconds: 60, shared: false };

/** `GET /verifier/offline.html`, the page to keep, and `GET /verifier/snapshot.json`, newer lists for one that was kept. */
export const createOfflineVerifierPages = ({ snapshot, cacheDir, limits }: Deps): Router => {
  const router = Router();
  const verifier = createOfflineVerifier(cacheDir);
  const attached = (name: string) => ({
    'Cache-Control': 'no-cache',
    'Content-Disposition': `attachment; filename="${name}"`,
    'X-Robots-Tag': 'noindex',
  });

  const page: RequestHandler = async (_request, response) => {
    const html = await verifier.html(await snapshot());
    response.set(attached('offline-verifier.html')).type('html').send(html);
  };
  const lists: RequestHandler = async (_request, response) => {
    response.set(attached('snapshot.json')).json(await snapshot());
  };
  router.get('/verifier/offline.html', limits.perAddress(downloadLimit), page);
  router.get('/verifier/snapshot.json', limits.perAddress(downloadLimit), lists);
  return router;
};
