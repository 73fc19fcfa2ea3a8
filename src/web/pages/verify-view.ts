import type { PublicRecord } from '../../issuer/index.ts';
import { formats, type Words } from '../../platform/i18n.ts';
import type { ListedIssuer, ReceiptItem, Report, SheetDifference } from '../../verifier/index.ts';
import {
  checkView,
  foundKind,
  foundWords,
  knownIssuer,
  titleOf,
  verdictKinds,
  verdictSentence,
  whyOf,
} from './verdict-words.ts';
import { dateText } from './verify-dates.ts';
import { assessedRows, factRows, grouped, numberOf } from './verify-facts.ts';

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
