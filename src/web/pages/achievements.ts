import { type RequestHandler, Router } from 'express';
import type { Issuer } from '../../issuer/index.ts';
import type { Config } from '../../platform/config.ts';
import { notFound } from '../../platform/errors.ts';
import { contextOf } from '../../platform/http/context.ts';
import { formats } from '../../platform/i18n.ts';
import type { Render } from '../render.ts';

type AchievementPagesDeps = {
  render: Render;
  issuer: Pick<Issuer, 'achievement'>;
  operator: Pick<Config['operator'], 'country'>;
};

const jsonTypes = ['application/ld+json', 'application/json'];

/**
 * The achievement that a credential names by its address: a page for people, JSON (Open Badges 3.0, B.1) for programs.
 * Public, without cookie, readable from any origin.
 */
export const createAchievementPages = ({ render, issuer, operator }: AchievementPagesDeps): Router => {
  const router = Router();

  const show: RequestHandler<{ course: string; version: string }> = async (request, response) => {
    const { language } = contextOf(response);
    const { course, version } = request.params;
    const achievement = /^[1-9]\d{0,5}$/.test(version)
      ? await issuer.achievement(course, Number(version), language)
      : undefined;
    if (!achievement) throw notFound();
    response.vary('Accept');
    const wanted = request.accepts(['text/html', ...jsonTypes]);
    if (typeof wanted === 'string' && jsonTypes.includes(wanted)) {
      response.set({
        'Access-Control-Allow-Origin': '*',
        'Cross-Origin-Resource-Policy': 'cross-origin',
        'Cache-Control': 'public, no-cache',
      });
      response.type(wanted).send(JSON.stringify(achievement.document));
      return;
    }
    render(request, response, {
      view: 'achievements/achievement',
      title: achievement.name,
      data: { achievement, issuerCountry: formats(language).country(operator.country) },
    });
  };

  router.get('/achievements/:course/:version', show);
  return router;
};
