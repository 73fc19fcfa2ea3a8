import type { PublicRecord } from '../../issuer/index.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import type {
  Check,
  Facts,
  ListedIssuer,
  ReceiptItem,
  Report,
  SheetDifference,
  Verdict,
} from '../../verifier/index.ts';
// Not the other door: this file is also a part of the offline verifier, which has no server.
import { isOwn } from '../../verifier/portable.ts';

/** Which of the four pictures of a verdict stands over it. */
export const verdictKinds: Record<Verdict, string> = {
  verified: 'verified',
  verified_issuer_not_checked: 'could-not-check',
  verified_other_issuer: 'could-not-check',
  test: 'could-not-check',
  verified_not_current: 'expired',
  not_valid: 'not-valid',
  print_differs: 'not-valid',
  not_authentic: 'not-valid',
  unsupported_format: 'could-not-check',
  could_not_check: 'could-not-check',
  holder_erased: 'could-not-check',
  // Genuine, and a paper about a day that is over: green would be read as news of the certificates on it.
  receipt: 'expired',
};

const outcomeKinds: Record<Check['outcome'], string> = {
  passed: 'verified',
  failed: 'not-valid',
  'could-not-tell': 'could-not-check',
};

const ageOf = (seconds: number, words: Words): string => {
  if (seconds < 120) return words('verify:age.now');
  if (seconds < 7200) return words('verify:age.minutes', { count: Math.round(seconds / 60) });
  if (seconds < 172_800) return words('verify:age.hours', { count: Math.round(seconds / 3600) });
  return words('verify:age.days', { count: Math.round(seconds / 86_400) });
};

const readable = (value: unknown, format: (date: Date) => string): string => {
  const date = new Date(String(value));
  return Number.isNaN(date.getTime()) ? String(value) : format(date);
};

const dateText = (value: unknown, { language }: Words): string => readable(value, formats(language).date);
const dateTimeText = (value: unknown, { language }: Words): string =>
  readable(value, formats(language).dateTime);

/** A reason has its own sentence; one that has none yet shares the sentence of its check and outcome. */
const sentenceOf = (check: Check, words: Words): string => {
  const { evidence, name, outcome, reason } = check;
  const { publishedAt, from, until, since, ageSeconds } = evidence;
  const params = {
    ...evidence,
    reason,
    ...(publishedAt === undefined ? {} : { published: dateTimeText(publishedAt, words) }),
    ...(since === undefined ? {} : { since: dateTimeText(since, words) }),
    ...(from === undefined ? {} : { from: dateText(from, words) }),
    ...(until === undefined ? {} : { until: dateText(until, words) }),
    ...(typeof ageSeconds === 'number' ? { age: ageOf(ageSeconds, words) } : {}),
  };
  const own = `verify:reasons.${name}.${reason}`;
  return words(words.has(own) ? own : `verify:reasons.${name}.${outcome}`, params);
};

/** What decides nothing by itself, or says no more to a reader than the verdict does. */
const beside: readonly string[] = [
  'not-reached',
  'not-asked',
  'issuer-not-known',
  'listed-at-another-time',
  'not-a-credential',
];

const checkView = (check: Check, words: Words) => ({
  name: words(`verify:checks.${check.name}`),
  // What was not reached is neither good nor bad.
  kind: check.reason === 'not-reached' ? 'not-reached' : outcomeKinds[check.outcome],
  outcome: words(`verify:outcomes.${check.outcome}`),
  reached: check.reason !== 'not-reached',
  sentence: sentenceOf(check, words),
});

/** Only an issuer that we know is called by its name: anybody can write any name into a file. */
const knownIssuer = (report: Report): string | undefined => {
  const check = report.checks.find(({ name }) => name === 'issuer');
  return isOwn(report) && check ? String(check.evidence.issuer) : undefined;
};

/** The name on the reviewed list, never the one in the file. */
const listedName = ({ checks }: Report): string | undefined => {
  const check = checks.find(({ name, reason }) => name === 'issuer' && reason === 'listed-issuer');
  return check && String(check.evidence.issuer);
};

/** What the reviewed list says of the one who signed, when it is somebody else and is listed. */
const listedIssuerOf = ({ checks }: Report, listedIssuers: readonly ListedIssuer[], words: Words) => {
  const check = checks.find(({ name, reason }) => name === 'issuer' && /^listed-/.test(reason));
  const known = check && listedIssuers.find(({ did }) => did === check.evidence.did);
  if (!known) return undefined;
  const { name, from, until, note } = known;
  return {
    name,
    period: words(until ? 'verify:listed.period' : 'verify:listed.since', {
      from: dateText(from, words),
      until: until ? dateText(until, words) : '',
    }),
    note: note[words.language],
  };
};

/** The lines of a receipt of ours, in words of the reader. */
export const receiptRows = (items: readonly ReceiptItem[], words: Words) =>
  items.map(({ shown, verdict, digest }, index) => ({
    line: index + 1,
    shown,
    grouped: /^[0-9A-Z]{28}$/.test(shown) ? grouped(shown) : shown,
    kind: foundKind(verdict),
    verdict: foundWords(verdict, words),
    digest,
  }));

/** Verdicts that stand for a line of a bulk check or a receipt: those of the verifier, and why there is none. */
export const foundKind = (verdict: string): string =>
  Object.hasOwn(verdictKinds, verdict)
    ? verdictKinds[verdict as Verdict]
    : verdict === 'unknown_identifier'
      ? 'not-valid'
      : 'could-not-check';

export const foundWords = (verdict: string, words: Words): string => {
  const own = `verify:found.${verdict}`;
  return words(words.has(own) ? own : 'verify:found.other', { verdict });
};

const grouped = (identifier: string): string => (identifier.match(/.{1,4}/g) ?? []).join(' ');

/** Texts of the certificate are in its own language (WCAG 2.2, 3.1.2). */
const inOwnLanguage = [
  'achievement',
  'description',
  'assessment',
  'criteria',
  'supervision',
  'participation',
];
const inCode = ['issuer-id', 'identifier', 'record'];

const factRows = (facts: Facts, identifier: string | undefined, known: boolean, words: Words) => {
  const rows: [string, string | undefined][] = [
    ['holder', facts.holderName],
    ['achievement', facts.achievementName],
    ['description', facts.description],
    ['awarded', facts.validFrom && dateText(facts.validFrom, words)],
    ['until', facts.validUntil && dateText(facts.validUntil, words)],
    ['criteria', facts.criteria],
    [known ? 'issuer' : 'claimed-issuer', facts.issuerName],
    ['issuer-id', facts.issuerId],
    identifier ? ['identifier', grouped(identifier)] : ['record', facts.credentialId],
  ];
  return rowsOf(rows, facts, words);
};

/** Digits and nothing else: what somebody else signed may say anything. */
const percentText = (value: string | undefined, words: Words): string | undefined =>
  value !== undefined && /^\d{1,3}$/.test(value)
    ? formats(words.language).percent(Number(value) / 100)
    : value;

/** What `passed` means: asked of anybody who relies on a certificate. */
const assessedRows = (facts: Facts, words: Words) =>
  rowsOf(
    [
      ['assessment', facts.assessment],
      ['supervision', facts.supervision],
      ['participation', facts.participation],
      ['pass-mark', percentText(facts.passMark, words)],
      ['result', percentText(facts.result, words)],
    ],
    facts,
    words,
  );

const rowsOf = (rows: readonly [string, string | undefined][], facts: Facts, words: Words) =>
  rows
    .filter((row): row is [string, string] => Boolean(row[1]))
    .map(([key, text]) => ({
      label: words(`verify:facts.${key}`),
      text,
      code: inCode.includes(key),
      large: key === 'holder',
      lang: inOwnLanguage.includes(key) ? facts.language : undefined,
    }));

/** The number on the sheet, when the record carries it in its address: `https://…/v/<number>`. */
const numberOf = (facts: Facts | undefined): string | undefined =>
  /\/v\/([0-9A-Z]{28})$/.exec(facts?.credentialId ?? '')?.[1];

const verdictSentence = (report: Report, words: Words): string => {
  if (report.revocation?.replacedBy) return words('verify:verdicts.replaced.sentence');
  const { facts, verdict, checks } = report;
  const params = {
    issuer: listedName(report) ?? knownIssuer(report) ?? words('verify:unknown-issuer'),
    date: facts?.validFrom ? dateText(facts.validFrom, words) : '',
    until: facts?.validUntil ? dateText(facts.validUntil, words) : '',
  };
  const failing = checks.find(({ outcome }) => outcome === 'failed');
  const since = failing?.evidence.since;
  const unread = checks.some(({ name, outcome }) => name === 'print' && outcome === 'could-not-tell');
  const listed = checks.some(({ name, reason }) => name === 'issuer' && reason === 'listed-issuer');
  const why =
    verdict === 'could_not_check' && unread
      ? 'print'
      : verdict === 'verified_other_issuer' && listed
        ? 'listed-issuer'
        : failing?.reason;
  const own = `verify:verdicts.${verdict}.${why}`;
  return words(why && words.has(own) ? own : `verify:verdicts.${verdict}.sentence`, {
    ...params,
    since: since === undefined ? '' : dateText(since, words),
  });
};

/** Where the verdict alone leaves open what to do: what the check that decided has to say. */
const whyOf = ({ verdict, checks }: Report, words: Words): string | undefined => {
  const outcome =
    verdict === 'could_not_check'
      ? 'could-not-tell'
      : verdict === 'unsupported_format'
        ? 'failed'
        : undefined;
  const decided = checks.find(
    (check) => check.outcome === outcome && check.name !== 'print' && !beside.includes(check.reason),
  );
  return decided && sentenceOf(decided, words);
};

/** A reason that is not what the verdict usually means has a title of its own. */
const titleOf = ({ verdict, checks, revocation }: Report, words: Words): string => {
  if (revocation?.replacedBy) return words('verify:verdicts.replaced.title');
  const failing = checks.find(({ outcome }) => outcome === 'failed')?.reason;
  const own = `verify:verdicts.${verdict}.${failing}-title`;
  return words(failing && words.has(own) ? own : `verify:verdicts.${verdict}.title`);
};

/** What stands over or instead of the content. */
const contentNote = (report: Report, known: boolean, words: Words): string | undefined => {
  if (report.receipt) return words('verify:receipt.compare');
  if (report.facts) return words(known ? 'verify:report.compare' : 'verify:report.claimed');
  if (report.verdict === 'not_authentic') return words('verify:report.withheld');
  return report.verdict === 'could_not_check' ? words('verify:report.withheld-unclear') : undefined;
};

const revocationView = (revocation: { at: Date; reason: string } | undefined, words: Words) =>
  revocation && {
    on: formats(words.language).date(revocation.at),
    reason: words(`certificates:reasons.${revocation.reason}`),
  };

/** What the genuine sheet has, and what this one has instead, in a line each. */
const differenceView = (difference: SheetDifference, words: Words) => {
  const key = `verify:print.${difference.kind}`;
  switch (difference.kind) {
    case 'text-changed':
    case 'text-missing': {
      const { field, genuine } = difference;
      const what = words(`verify:print.fields.${field ?? 'other'}`);
      const printed = difference.kind === 'text-changed' ? difference.printed : undefined;
      return { sentence: words(key, { what }), genuine, printed };
    }
    case 'text-added':
    case 'code-differs':
      return { sentence: words(key), printed: difference.printed };
    case 'picture-differs':
      return { sentence: words(key), genuine: difference.near };
    case 'pages-added':
      return { sentence: words(key, { count: difference.pages }) };
  }
};

/** Our own addresses are led to on this host, whatever name it has for whoever reads. */
export const pathOf = (address: string): string => new URL(address).pathname;

/** What a link that is passed on shows before it is opened: the holder only where they want to be found. */
export const openGraphOf = ({ facts }: Report, listed: boolean, words: Words) => {
  if (!facts?.achievementName) return undefined;
  const operator = facts.issuerName ?? '';
  const name = listed ? facts.holderName : undefined;
  return {
    title: facts.achievementName,
    description: name
      ? words('verify:report.shared-of', { name, operator })
      : words('verify:report.shared', { operator }),
  };
};

/** The report as a page shows it. Nothing of the content appears when the signature did not hold: then there are no facts. */
export const reportView = (
  report: Report,
  identifier: string | undefined,
  words: Words,
  listedIssuers: readonly ListedIssuer[] = [],
) => {
  const known = knownIssuer(report) !== undefined;
  const number = identifier ?? (known ? numberOf(report.facts) : undefined);
  return {
    verdict: report.verdict,
    identifier: number,
    listed: listedIssuerOf(report, listedIssuers, words),
    receipt: report.receipt ? receiptRows(report.receipt, words) : undefined,
    kind: report.revocation?.replacedBy ? 'expired' : verdictKinds[report.verdict],
    replacedBy: report.revocation?.replacedBy && pathOf(report.revocation.replacedBy),
    title: titleOf(report, words),
    sentence: verdictSentence(report, words),
    why: whyOf(report, words),
    revocation: revocationView(report.revocation, words),
    suspension: report.suspension && {
      on: formats(words.language).date(report.suspension.at),
      reason: words(`certificates:suspensions.${report.suspension.reason}`),
    },
    note: contentNote(report, known, words),
    assessed: report.facts && !report.receipt ? assessedRows(report.facts, words) : [],
    facts: report.facts && !report.receipt ? factRows(report.facts, number, known, words) : [],
    checks: report.checks.map((check) => checkView(check, words)),
    checkedAt: report.checkedAt,
    presented: report.presented,
    detached: report.sheet?.record === 'fetched',
    differences: report.sheet?.differences.map((one) => differenceView(one, words)) ?? [],
  };
};

/** What the page says of a certificate whose holder has been erased: it names nobody. */
export const erasedView = (
  record: Extract<PublicRecord, { kind: 'redacted' }>,
  identifier: string,
  words: Words,
) => {
  const verdict = record.revocation ? 'not_valid' : 'holder_erased';
  const { date } = formats(words.language);
  return {
    kind: verdictKinds[verdict],
    title: words(`verify:verdicts.${verdict}.title`),
    sentence: record.revocation
      ? words('verify:erased.withdrawn', { date: date(record.revocation.at) })
      : words('verify:erased.sentence', { date: date(record.redactedAt) }),
    reason: revocationView(record.revocation, words)?.reason,
    facts: [
      { label: words('verify:facts.achievement'), text: record.achievementName, lang: record.language },
      { label: words('verify:facts.awarded'), text: date(record.awardedAt) },
      { label: words('verify:facts.identifier'), text: grouped(identifier), code: true },
    ],
  };
};
