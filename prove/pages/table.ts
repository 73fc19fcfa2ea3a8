import { readdirSync } from 'node:fs';
import { nameOf, type Stop } from './stop.ts';
import type { Seen } from './walk-stop.ts';

const viewsFolder = new URL('../../src/web/views/', import.meta.url);

/** Views that cannot be reached here, with the reason. */
const beyondReach: Readonly<Record<string, string>> = {
  layout: 'the frame of all others',
  'examining/paper': 'needs a test with an answer in own words, which no shipped course has',
  'checkout/review': 'needs money that differs from the order, which the simulated provider never sends',
};

/** A new page is to be walked as well: views that no stop shows, and stops of views that do not exist. */
export const forgotten = (stops: readonly Stop[]): string[] => {
  const views = readdirSync(viewsFolder, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.hbs') && !name.startsWith('partials/'))
    .map((name) => name.slice(0, -'.hbs'.length));
  const shown = new Set(stops.map(({ view }) => view));
  return [
    ...views
      .filter((view) => !shown.has(view) && !(view in beyondReach))
      .map((view) => `no stop shows ${view}`),
    ...[...shown].filter((view) => !views.includes(view)).map((view) => `there is no view ${view}`),
  ];
};

/** One line per stop, as a table in Markdown: how often it was seen, and how it is by keyboard. */
export const tableOf = (seen: readonly Seen[]): string => {
  const stops = [...new Set(seen.map(({ stop }) => stop))];
  const lines = stops.map((stop) => {
    const sights = seen.filter((one) => one.stop === stop);
    const count = (language: string, width: number) =>
      sights.filter(({ sight }) => sight.language === language && sight.width === width).length;
    const walk = sights.find(({ keyboard }) => keyboard)?.keyboard;
    const keys = walk
      ? [walk.stops, walk.forms, walk.groups, walk.disclosures, walk.summaryLinks]
      : ['-', '-', '-', '-', '-'];
    const faults = sights.reduce((sum, one) => sum + one.faults.length, 0);
    const views = [count('en', 360), count('en', 1280), count('fr', 360), count('fr', 1280)];
    return `| ${[nameOf(stop), ...views, ...keys, faults].join(' | ')} |`;
  });
  return [
    '| page | en 360 | en 1280 | fr 360 | fr 1280 | Tab stops | forms | radio groups | disclosures | summary links | faults |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n');
};
