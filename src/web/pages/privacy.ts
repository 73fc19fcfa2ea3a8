import { type Request, type Response, Router } from 'express';
import type { Clock } from '../../platform/clock.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { renderMarkdown } from '../../platform/markdown.ts';
import type { PolicyVersion, Privacy } from '../../privacy/index.ts';
import type { Render } from '../render.ts';

type PrivacyPagesDeps = {
  render: Render;
  privacy: Pick<Privacy, 'policy' | 'policyText' | 'register'>;
  clock: Clock;
};

type Standing = 'in-force' | 'announced' | 'earlier';

/** The policy, its history, and the register of what is kept: for everybody. */
export const createPrivacyPages = ({ render, privacy, clock }: PrivacyPagesDeps): Router => {
  const router = Router();

  const standingOf = (version: PolicyVersion): Standing => {
    if (version.version === privacy.policy().inForce?.version) return 'in-force';
    return version.effectiveOn > clock.now() ? 'announced' : 'earlier';
  };

  const showVersion = (request: Request, response: Response, version: PolicyVersion | undefined): void => {
    if (!version) throw notFound();
    const { words, language } = contextOf(response);
    const standing = standingOf(version);
    render(request, response, {
      view: 'privacy/policy',
      title: words('privacy:policy.title'),
      noindex: standing === 'earlier',
      data: { version, standing, text: renderMarkdown(privacy.policyText(version, language)) },
    });
  };

  router.get('/privacy', (request, response) => {
    const { inForce, versions } = privacy.policy();
    // Before the first version takes effect, the page shows what is announced.
    showVersion(request, response, inForce ?? versions.at(-1));
  });

  router.get('/privacy/versions', (request, response) => {
    const { words } = contextOf(response);
    const versions = privacy
      .policy()
      .versions.map((version) => ({ ...version, standing: standingOf(version) }));
    render(request, response, {
      view: 'privacy/versions',
      title: words('privacy:versions.title'),
      data: { versions },
    });
  });

  router.get('/privacy/versions/:version', (request, response) => {
    const { versions } = privacy.policy();
    showVersion(
      request,
      response,
      versions.find(({ version }) => version === request.params.version),
    );
  });

  router.get('/privacy/register', (request, response) => {
    const { words } = contextOf(response);
    render(request, response, {
      view: 'privacy/register',
      title: words('privacy:register.title'),
      data: { modules: privacy.register() },
    });
  });

  return router;
};
