import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireRole } from '../../accounts/index.ts';
import {
  type ApiClient,
  type ClientCredentials,
  type Clients,
  modes,
  scopes,
} from '../../integrations/index.ts';
import type { Issuer } from '../../issuer/index.ts';
import { type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { check } from '../../platform/http/validate.ts';
import type { Words } from '../../platform/i18n.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type StaffClientDeps = {
  render: Render;
  clients: Clients;
  issuer: Pick<Issuer, 'issuing' | 'problem'>;
};

const createForm = z.strictObject({
  name: z.string().trim().min(1).max(100),
  mode: z.enum(modes),
  /** One ticked box comes as a text, several as a list. */
  scopes: z.preprocess(
    (value) => (value === undefined ? [] : [value].flat()),
    z.array(z.enum(scopes)).min(1, 'must-choose'),
  ),
});
const changeForm = z.strictObject({ sure: z.literal('yes', 'must-accept') });

const rowOf = (client: ApiClient, words: Words) => ({
  ...client,
  mode: words(`staff:clients.modes.${client.mode}`),
  scopes: client.scopes.join(', '),
  state: words(`staff:clients.states.${client.revokedAt ? 'revoked' : 'active'}`),
});

/** The programs that may use the API, for administrators: allow one, replace its secret, shut it out. */
export const createStaffClientPages = ({ render, clients, issuer }: StaffClientDeps): Router => {
  const didOf = (mode: ApiClient['mode']): string | undefined =>
    issuer.problem() && mode === 'live' ? undefined : issuer.issuing[mode].did();

  const showList = async (
    request: Request,
    response: Response,
    faults: readonly FieldFault[] = [],
  ): Promise<void> => {
    const { words } = contextOf(response);
    const options = (group: string, codes: readonly string[]) =>
      codes.map((value) => ({
        value,
        label: words(`staff:clients.${group}.${value}`),
        hint: words(`staff:clients.${group}-hints.${value}`),
      }));
    render(request, response, {
      view: 'staff/clients',
      title: words('staff:clients.title'),
      status: faults.length > 0 ? 422 : 200,
      wide: true,
      noindex: true,
      data: {
        rows: (await clients.list()).map((client) => rowOf(client, words)),
        modes: options('modes', modes),
        scopes: options('scopes', scopes),
        form: formOf({
          values: faults.length > 0 ? request.body : {},
          faults,
          words,
          labels: {
            name: words('staff:clients.name'),
            mode: words('staff:clients.mode'),
            scopes: words('staff:clients.scopes-label'),
          },
        }),
      },
    });
  };

  const clientIn = async (request: Request): Promise<ApiClient> => {
    const client = await clients.find(String(request.params.clientId));
    if (!client) throw notFound();
    return client;
  };

  type Change = { act?: 'secret' | 'revoke'; faults?: readonly FieldFault[] };

  const showClient = async (
    request: Request,
    response: Response,
    { act, faults = [] }: Change = {},
  ): Promise<void> => {
    const { words } = contextOf(response);
    const client = await clientIn(request);
    const form = formOf({ values: {}, faults, words, labels: { sure: words('staff:clients.sure') } });
    const untouched = formOf({ values: {}, words });
    render(request, response, {
      view: 'staff/client',
      title: client.name,
      status: faults.length > 0 ? 422 : 200,
      noindex: true,
      data: {
        client: rowOf(client, words),
        did: didOf(client.mode),
        active: !client.revokedAt,
        form,
        secretForm: act === 'secret' ? form : untouched,
        revokeForm: act === 'revoke' ? form : untouched,
        sure: [{ value: 'yes', label: words('staff:clients.sure') }],
      },
    });
  };

  /** The only time that the secret is seen: it is in this answer and nowhere else. */
  const showSecret = async (request: Request, response: Response, made: ClientCredentials): Promise<void> => {
    const { words } = contextOf(response);
    const client = await clients.find(made.clientId);
    response.set('Cache-Control', 'no-store');
    render(request, response, {
      view: 'staff/client-secret',
      title: words('staff:clients.secret-title'),
      noindex: true,
      data: { ...made, name: client?.name, did: client && didOf(client.mode) },
    });
  };

  const create: RequestHandler = async (request, response) => {
    const form = check(createForm, request.body);
    if (!form.ok) return showList(request, response, form.faults);
    await showSecret(request, response, await clients.create({ ...form.value, by: accountOf(request).id }));
  };

  const replaceSecret: RequestHandler = async (request, response) => {
    const { id: clientId } = await clientIn(request);
    const form = check(changeForm, request.body ?? {});
    if (!form.ok) return showClient(request, response, { act: 'secret', faults: form.faults });
    await showSecret(request, response, await clients.replaceSecret({ clientId, by: accountOf(request).id }));
  };

  const revoke: RequestHandler = async (request, response) => {
    const { id: clientId } = await clientIn(request);
    const form = check(changeForm, request.body ?? {});
    if (!form.ok) return showClient(request, response, { act: 'revoke', faults: form.faults });
    await clients.revoke({ clientId, by: accountOf(request).id });
    response.redirect(303, `/${contextOf(response).language}/staff/clients/${clientId}`);
  };

  const router = Router();
  router.use('/staff/clients', requireRole('administrator'));
  router.get('/staff/clients', (request, response) => showList(request, response));
  router.post('/staff/clients', create);
  router.get('/staff/clients/:clientId', (request, response) => showClient(request, response));
  router.post('/staff/clients/:clientId/secret', replaceSecret);
  router.post('/staff/clients/:clientId/revoke', revoke);
  return router;
};
