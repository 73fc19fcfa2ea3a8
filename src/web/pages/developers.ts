import { Router } from 'express';
import { contextOf } from '../../platform/http/context.ts';
import type { Render } from '../render.ts';

/** What a program sends, as anybody can type it. The same steps are told at length in `docs/how-to/issue-by-api.md`. */
const examples = (baseUrl: string) => [
  {
    key: 'token',
    lines: `curl -s -u "$CLIENT_ID:$CLIENT_SECRET" \\\n  -d grant_type=client_credentials \\\n  ${baseUrl}/oauth/token`,
  },
  {
    key: 'issue',
    lines: `curl -s -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' -H 'Idempotency-Key: order-1' \\\n  -d @request.json ${baseUrl}/credentials/issue`,
  },
  {
    key: 'status',
    lines: `curl -s -H "Authorization: Bearer $TOKEN" \\\n  -H 'Content-Type: application/json' \\\n  -d '{"credentialId": "https://campus.example/credentials/1", "credentialStatus": {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}, "status": true}' \\\n  ${baseUrl}/credentials/status`,
  },
  {
    key: 'verify',
    lines: `curl -s -H 'Content-Type: application/json' \\\n  -d @credential.json ${baseUrl}/credentials/verify`,
  },
];

/** `/developers`: how a program issues, withdraws and verifies here. */
export const createDeveloperPages = ({ render, baseUrl }: { render: Render; baseUrl: string }): Router => {
  const router = Router();
  router.get('/developers', (request, response) => {
    const { words } = contextOf(response);
    const data = { steps: examples(baseUrl), openApi: '/openapi.json' };
    render(request, response, { view: 'developers/developers', title: words('web:developers.title'), data });
  });
  return router;
};
