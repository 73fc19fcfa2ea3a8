import { Router } from 'express';
import { openApiDocument } from './document.ts';

/** `GET /openapi.json`: every machine route, as OpenAPI 3.1. Readable from any origin. */
export const createOpenApiRoutes = (baseUrl: string): Router => {
  const document = openApiDocument(baseUrl);
  const router = Router();
  router.get('/openapi.json', (_request, response) => {
    response.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' });
    response.json(document);
  });
  return router;
};
