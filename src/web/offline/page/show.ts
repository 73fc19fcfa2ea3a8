import { formats, type Words } from '../../../platform/i18n.ts';
import type { Report } from '../../../verifier/portable.ts';
import { reportView } from '../../pages/verify-view.ts';
import type { BroughtFault } from './read-file.ts';

type Child = Node | string | undefined;

/** An element with its attributes and children; text is always text, whatever stands in a certificate. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  ...children: readonly Child[]
): HTMLElement => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    if (value !== undefined) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
};

const strokes: Record<string, string> = {
  verified: 'M6.5 12.5l3.7 3.7 7.3-8',
  'not-valid': 'M7.8 7.8l8.4 8.4m0-8.4l-8.4 8.4',
  'could-not-check': 'M8.8 9.4a3.2 3.2 0 1 1 4.6 2.9c-1 .5-1.4 1-1.4 2.1M12 16.6v1.6',
};
const clock = 'M12 6v6.4l4 2.4';

/** The picture of a verdict: as on the pages of the service. */
const icon = (kind: string): SVGElement => {
  const space = 'http://www.w3.org/2000/svg';
  const part = (name: string, attributes: Record<string, string>): SVGElement => {
    const made = document.createElementNS(space, name) as SVGElement;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const svg = part('svg', {
    class: 'verdict-icon',
    viewBox: '0 0 24 24',
    width: '24',
    height: '24',
    'aria-hidden': 'true',
  });
  const line = { fill: 'none', stroke: 'currentColor', 'stroke-width': '2.2' };
  svg.append(
    part('circle', { cx: '12', cy: '12', r: '11', ...line }),
    part('path', { d: strokes[kind] ?? clock, ...line }),
  );
  return svg;
};

const verdict = (kind: string, title: string, sentence: string, more?: string): HTMLElement =>
  element(
    'section',
    { class: `verdict ${kind}`, 'aria-labelledby': 'verdict-title' },
    element('h2', { id: 'verdict-title' }, icon(kind), element('span', {}, title)),
    element('p', {}, sentence),
    more === undefined ? undefined : element('p', {}, more),
  );

/** When the list was signed that the good news rests on. */
const listDate = ({ checks }: Report, words: Words): string | undefined => {
  const published = checks.find(({ name, outcome }) => name === 'status' && outcome === 'passed')?.evidence
    .publishedAt;
  return published === undefined ? undefined : formats(words.language).dateTime(new Date(String(published)));
};

/** What is signed, without a word on withdrawal: that belongs to the day of the list. */
const issuedSentence = ({ checks, facts }: Report, words: Words): string =>
  words('offline:verified.sentence', {
    issuer: String(checks.find(({ name }) => name === 'issuer')?.evidence.issuer),
    date: formats(words.language).date(new Date(String(facts?.validFrom))),
  });

/** Of the day of the list, and said so. Of a PDF only the record is good news: a page that nobody compared is never green. */
const goodNews = (report: Report, list: string, words: Words, from?: 'pdf'): HTMLElement =>
  verdict(
    from === 'pdf' ? 'could-not-check' : 'verified',
    from === 'pdf' ? words('offline:record-only.title') : words('offline:verified.title', { list }),
    issuedSentence(report, words),
    words('offline:verified.limit', { list }),
  );

/** All that is not good news is told as the service tells it. */
export const showReport = (report: Report, words: Words, from?: 'pdf'): HTMLElement[] => {
  const view = reportView(report, undefined, words);
  const list = listDate(report, words);
  const head =
    report.verdict === 'verified' && list !== undefined
      ? goodNews(report, list, words, from)
      : verdict(view.kind, view.title, view.sentence, view.why);
  const unknownKey = report.checks.some(({ reason }) => reason === 'key-not-in-copy');
  if (unknownKey) head.append(element('p', {}, words('offline:key-not-in-copy')));
  // Only the service has the sheets as they were issued.
  const page =
    from === 'pdf' && report.facts
      ? [element('p', { class: 'notice warning' }, words('offline:page-not-compared'))]
      : [];
  return [head, ...page, ...factsOf(view), checksOf(view, words)];
};

type View = ReturnType<typeof reportView>;

const factsOf = ({ facts, note, receipt }: View): HTMLElement[] => {
  const explained = note === undefined ? [] : [element('p', {}, note)];
  if (receipt) return [...explained, receiptOf(receipt)];
  if (facts.length === 0) return explained;
  const rows = facts.flatMap(({ label, text, code, large, lang }) => [
    element('dt', {}, label),
    element('dd', { dir: 'auto', lang, class: code ? 'code' : large ? 'fact-name' : 'kept-lines' }, text),
  ]);
  return [...explained, element('dl', { class: 'facts' }, ...rows)];
};

/** What a verification receipt says that was found. */
const receiptOf = (rows: NonNullable<View['receipt']>): HTMLElement =>
  element(
    'ol',
    {},
    ...rows.map(({ kind, grouped, verdict: found, digest }) =>
      element(
        'li',
        {},
        element('bdi', { class: 'code' }, grouped),
        element('br'),
        element('span', { class: `is-${kind}` }, icon(kind), found),
        digest === undefined ? undefined : element('br'),
        digest === undefined ? undefined : element('span', { class: 'code' }, digest),
      ),
    ),
  );

const checksOf = ({ checks }: View, words: Words): HTMLElement =>
  element(
    'details',
    {},
    element('summary', {}, words('verify:report.checks')),
    element(
      'ol',
      { class: 'checks' },
      ...checks.map(({ name, kind, outcome, reached, sentence }) =>
        element(
          'li',
          {},
          element(
            'p',
            { class: `check-name is-${kind}` },
            reached ? icon(kind) : undefined,
            element('span', {}, reached ? words('offline:outcome', { name, outcome }) : name),
          ),
          element('p', {}, sentence),
        ),
      ),
    ),
  );

/** What was brought held nothing that could be checked. */
export const showFault = (reason: BroughtFault, words: Words): HTMLElement[] => [
  verdict('could-not-check', words('offline:faults.title'), words(`offline:faults.${reason}`)),
];
