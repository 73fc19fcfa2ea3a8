import { type RequestHandler, Router } from 'express';
import { notFound } from '../../platform/errors.ts';
import type { CompactTableStore } from './compact-table-store.ts';

/** `GET /offline/tables/<registryEntryId>.json`: a table is named after its content, so it may be kept for ever. */
export const createTableRoutes = (tables: CompactTableStore): Router => {
  const router = Router();
  const table: RequestHandler<{ file: string }> = async (request, response) => {
    const [, id] = /^(\d{1,10})\.json$/.exec(request.params.file) ?? [];
    const found = id === undefined ? undefined : await tables.byId(Number(id));
    if (!found) throw notFound();
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      'Access-Control-Allow-Origin': '*',
      'Cross-Origin-Resource-Policy': 'cross-origin',
    });
    response.json(found);
  };
  router.get('/offline/tables/:file', table);
  return router;
};
