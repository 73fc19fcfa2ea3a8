import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { isLanguage, type Translations, type Words } from '../../platform/i18n.ts';
import type { DeskChecks } from '../verify-brought.ts';
import type { Card } from './card-drawing.ts';
import type { CardStore } from './card-store.ts';

type Deps = {
  checks: Pick<DeskChecks, 'lookUp'>;
  store: CardStore;
  draw(card: Card, words: Words): Promise<Uint8Array>;
  translations: Pick<Translations, 'words'>;
  clock: Clock;
  host: string;
};

/**
 * The picture for sharing a certificate, in its language: drawn once for all certificates of one achievement, and kept.
 * Nothing for one that is not valid now, so that no network shows it anew.
 */
export const createCardOf =
  ({ checks, store, draw, translations, clock, host }: Deps) =>
  async (identifier: string): Promise<Uint8Array | undefined> => {
    const found = await checks.lookUp(identifier);
    if (found.kind !== 'report' || found.report.verdict !== 'verified') return undefined;
    const { achievementName = '', issuerName = '', language } = found.report.facts ?? {};
    const words = translations.words(isLanguage(language) ? language : 'en');
    const card = { achievementName, issuerName, host };
    const key = createHash('sha256')
      .update(JSON.stringify([card, words.language]))
      .digest('hex');
    return (await store.find(key)) ?? store.keep(key, await draw(card, words), clock.now());
  };
