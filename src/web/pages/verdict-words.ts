import type { Words } from '../../platform/i18n.ts';
import type { Check, Report, Verdict } from '../../verifier/index.ts';
// Not the other door: this file is also a part of the offline verifier, which has no server.
import { isOwn } from '../../verifier/portable.ts';
import { ageOf, dateText, dateTimeText } from './verify-dates.ts';

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

export const checkView = (check: Check, words: Words) => ({
  name: words(`verify:checks.${check.name}`),
  // What was not reached is neither good nor bad.
  kind: check.reason === 'not-reached' ? 'not-reached' : outcomeKinds[check.outcome],
  outcome: words(`verify:outcomes.${check.outcome}`),
  reached: check.reason !== 'not-reached',
  sentence: sentenceOf(check, words),
});

/** Only an issuer that we know is called by its name: anybody can write any name into a file. */
export const knownIssuer = (report: Report): string | undefined => {
  const check = report.checks.find(({ name }) => name === 'issuer');
  return isOwn(report) && check ? String(check.evidence.issuer) : undefined;
};

/** The name on the reviewed list, never the one in the file. */
const listedName = ({ checks }: Report): string | undefined => {
  const check = checks.find(({ name, reason }) => name === 'issuer' && reason === 'listed-issuer');
  return check && String(check.evidence.issuer);
};

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

export const verdictSentence = (report: Report, words: Words): string => {
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
export const whyOf = ({ verdict, checks }: Report, words: Words): string | undefined => {
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
export const titleOf = ({ verdict, checks, revocation }: Report, words: Words): string => {
  if (revocation?.replacedBy) return words('verify:verdicts.replaced.title');
  const failing = checks.find(({ outcome }) => outcome === 'failed')?.reason;
  const own = `verify:verdicts.${verdict}.${failing}-title`;
  return words(failing && words.has(own) ? own : `verify:verdicts.${verdict}.title`);
};
