import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { accountOf, requireSignIn } from '../../accounts/index.ts';
import type { Issuer } from '../../issuer/index.ts';
import { DomainError, type FieldFault, notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import type { RateLimits } from '../../platform/http/rate-limits.ts';
import { check } from '../../platform/http/validate.ts';
import { handleShape, type Showcase, titleShape } from '../../showcase/index.ts';
import { formOf } from '../form.ts';
import type { Render } from '../render.ts';

type ShowcasePagesDeps = {
  render: Render;
  showcase: Showcase;
  issuer: Pick<Issuer, 'certificatesOf'>;
  limits: RateLimits;
  baseUrl: string;
};

const yes = z.literal('yes').optional();
const profileForm = z.strictObject({ handle: handleShape, on: yes, indexable: yes });
const several = z.preprocess(
  (value) => (value === undefined ? [] : [value].flat()),
  z.array(z.string().max(40)).min(1, 'must-choose').max(50),
);
const collectionForm = z.strictObject({ title: titleShape, certificates: several });

/** Reading is free; trying addresses is slow. */
const readLimit = { name: 'showcase', points: 120, seconds: 60, shared: false };

/** Where holders decide what they show. */
export const createShowcasePages = ({ render, showcase, issuer, baseUrl }: ShowcasePagesDeps): Router => {
  const router = Router();

  type Given = { part?: 'profile' | 'collection'; faults?: readonly FieldFault[] };

  const show = async (request: Request, response: Response, given: Given = {}): Promise<void> => {
    const { words } = contextOf(response);
    const { id } = accountOf(request);
    const profile = await showcase.profile(id);
    const held = await issuer.certificatesOf(id);
    const showable = held.flatMap((one) =>
      one.state === 'valid' && one.visibility !== 'private'
        ? [{ value: one.identifier, label: one.wording.name, hint: one.identifier.slice(0, 4) }]
        : [],
    );
    const kept = profile && {
      handle: profile.handle,
      ...(profile.on ? { on: 'yes' } : {}),
      ...(profile.indexable ? { indexable: 'yes' } : {}),
    };
    const formFor = (part: Given['part'], values: unknown, labels: Record<string, string>) =>
      given.part === part
        ? formOf({ values: request.body, faults: given.faults ?? [], words, labels })
        : formOf({ values, words, labels });
    const collections = await showcase.collections(id);
    render(request, response, {
      view: 'showcase/holder',
      title: words('showcase:title'),
      status: given.faults?.length ? 422 : 200,
      noindex: true,
      data: {
        profile,
        address: profile?.on ? `${baseUrl}/p/${profile.handle}` : undefined,
        listed: held.filter((one) => one.state === 'valid' && one.visibility === 'listed').length,
        showable,
        collections: collections.map((one) => ({
          ...one,
          count: one.identifiers.length,
          address: `${baseUrl}/c/${one.id}`,
        })),
        profileForm: formFor('profile', kept, { handle: words('showcase:handle') }),
        collectionForm: formFor('collection', undefined, {
          title: words('showcase:collection-title'),
          certificates: words('showcase:choose'),
        }),
      },
    });
  };

  const back = (response: Response): void =>
    response.redirect(303, `/${contextOf(response).language}/showcase`);

  /** A rule that said no to a field is shown beside it. */
  const orFaults = async (
    part: 'profile' | 'collection',
    request: Request,
    response: Response,
    run: () => Promise<unknown>,
  ) => {
    try {
      await run();
      back(response);
    } catch (error) {
      if (!(error instanceof DomainError) || error.errors.length === 0) throw error;
      await show(request, response, { part, faults: error.errors });
    }
  };

  const saveProfile: RequestHandler = async (request, response) => {
    const form = check(profileForm, request.body);
    if (!form.ok) return show(request, response, { part: 'profile', faults: form.faults });
    const { handle, on, indexable } = form.value;
    const choice = { handle, on: on === 'yes', indexable: indexable === 'yes' };
    await orFaults('profile', request, response, () =>
      showcase.saveProfile({ accountId: accountOf(request).id, ...choice }),
    );
  };

  const gather: RequestHandler = async (request, response) => {
    const form = check(collectionForm, request.body);
    if (!form.ok) return show(request, response, { part: 'collection', faults: form.faults });
    const { title, certificates: identifiers } = form.value;
    await orFaults('collection', request, response, () =>
      showcase.gather({ accountId: accountOf(request).id, title, identifiers }),
    );
  };

  const end: RequestHandler = async (request, response) => {
    await showcase.end({ accountId: accountOf(request).id, id: String(request.params.id) });
    back(response);
  };

  router.use('/showcase', requireSignIn);
  router.get('/showcase', (request, response) => show(request, response));
  router.post('/showcase/profile', saveProfile);
  router.post('/showcase/collections', gather);
  router.post('/showcase/collections/:id/end', end);
  return router;
};

/** What others see: without cookie or account, and nothing that its holder has not chosen to show. */
export const createPublicShowcasePages = ({
  render,
  showcase,
  limits,
}: Pick<ShowcasePagesDeps, 'render' | 'showcase' | 'limits'>): Router => {
  const router = Router();

  const profile: RequestHandler<{ handle: string }> = async (request, response) => {
    const found = await showcase.publicProfile(request.params.handle.slice(0, 100).toLowerCase());
    if (!found) throw notFound();
    const { words } = contextOf(response);
    response.set('Cache-Control', 'no-store');
    render(request as Request, response, {
      view: 'showcase/profile',
      title: found.name,
      noindex: !found.indexable,
      data: { ...found, person: found.name },
      openGraph: { title: found.name, description: words('showcase:profile-text') },
    });
  };

  const collection: RequestHandler<{ id: string }> = async (request, response) => {
    const found = await showcase.publicCollection(request.params.id.slice(0, 100));
    if (!found) throw notFound();
    const { words } = contextOf(response);
    response.set('Cache-Control', 'no-store');
    const page =
      found.state === 'ended'
        ? { view: 'showcase/ended', title: words('showcase:ended'), status: 410 }
        : { view: 'showcase/collection', title: found.title, data: { ...found, person: found.name } };
    render(request as Request, response, { ...page, noindex: true });
  };

  router.get('/p/:handle', limits.perAddress(readLimit), profile);
  router.get('/c/:id', limits.perAddress(readLimit), collection);
  return router;
};
