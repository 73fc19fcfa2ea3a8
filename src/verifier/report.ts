import type { SheetDifference } from './sheet/sheet.ts';

/** The checks, in the order in which they are made and shown. */
export const checkNames = ['format', 'signature', 'issuer', 'status', 'dates'] as const;
/** `print` is made for a PDF only: whether its page says what the record in it says. */
export type CheckName = (typeof checkNames)[number] | 'print';

/** `could-not-tell` is never a pass: a list that cannot be reached says nothing about a certificate. */
export type Outcome = 'passed' | 'failed' | 'could-not-tell';

/** One answered check. `reason` is a stable code, worded in `locales/<language>/verify.json`; `evidence` fills it. */
export type Check = {
  name: CheckName;
  outcome: Outcome;
  reason: string;
  evidence: Readonly<Record<string, string | number>>;
};

/**
 * The one word over everything (platform API enum). Ordered from worst to best news; `holder_erased` answers a number
 * whose holder has been erased: the file itself can still be checked; `test` says that nothing but a trial was issued;
 * `receipt` is our own account of what a verification found, and certifies no achievement.
 */
export const verdicts = [
  'unsupported_format',
  'not_authentic',
  'not_valid',
  'print_differs',
  'could_not_check',
  'verified_not_current',
  'verified_issuer_not_checked',
  'verified_other_issuer',
  'test',
  'holder_erased',
  'receipt',
  'verified',
] as const;
export type Verdict = (typeof verdicts)[number];

/** What the signed credential says, in the fields that a sheet prints. Only there when the signature holds. */
export type Facts = {
  credentialId: string | undefined;
  holderName: string | undefined;
  achievementName: string | undefined;
  description: string | undefined;
  criteria: string | undefined;
  assessment: string | undefined;
  /** Who watched over the test, and how it was known who sat it. */
  supervision: string | undefined;
  participation: string | undefined;
  /** In percent: what was asked for, and the result where the holder shows it. */
  passMark: string | undefined;
  result: string | undefined;
  language: string | undefined;
  issuerName: string | undefined;
  issuerId: string;
  validFrom: string | undefined;
  validUntil: string | undefined;
};

/**
 * A partner or accreditor who signed beside the issuer. `did` is proven where the outcome is `passed`; whom it belongs
 * to is not asked.
 */
export type CoSignature = {
  did: string;
  outcome: Outcome;
  reason: string;
  created: string | undefined;
};

export type Report = {
  verdict: Verdict;
  checkedAt: Date;
  checks: readonly Check[];
  facts: Facts | undefined;
  /** Only there when the issuer's own signature holds. */
  coSignatures: readonly CoSignature[];
  /** When and why the issuer withdrew it, where the issuer publishes that; and the address of what took its place. */
  revocation: { at: Date; reason: string; replacedBy?: string } | undefined;
  /** Since when and why it is suspended, where the issuer publishes that. */
  suspension: { at: Date; reason: string } | undefined;
  /** It lay in a presentation, whose own proof was not looked at. */
  presented?: true;
  /** For a PDF of a record that we vouch for. */
  sheet?: SheetFinding;
  /** What a verification receipt of ours says that was found. */
  receipt?: readonly ReceiptItem[];
};

/** One line of a verification receipt: what was shown (a number, or the name of a file), and the verdict then. */
export type ReceiptItem = { shown: string; verdict: string; digest: string | undefined };

/** What a page was found to say beside its record. */
export type SheetFinding = { record: 'attached' | 'fetched'; differences: readonly SheetDifference[] };

export const passed = (name: CheckName, reason: string, evidence: Check['evidence'] = {}): Check => ({
  name,
  outcome: 'passed',
  reason,
  evidence,
});
export const failed = (name: CheckName, reason: string, evidence: Check['evidence'] = {}): Check => ({
  name,
  outcome: 'failed',
  reason,
  evidence,
});
export const couldNotTell = (name: CheckName, reason: string, evidence: Check['evidence'] = {}): Check => ({
  name,
  outcome: 'could-not-tell',
  reason,
  evidence,
});

/** What a caller did not ask for is not vouched for; found all the same, bad news still counts. */
export const notAsked = (name: CheckName): Check => couldNotTell(name, 'not-asked');

/** The issuer check says so when we issued it ourselves; one that is listed passes too, and is not us. */
export const ownIssuer = 'issued-by-us';

/** Whether we issued it, by its key and not by what it says. */
export const isOwn = ({ checks }: Pick<Report, 'checks'>): boolean =>
  checks.some(
    ({ name, outcome, reason }) => name === 'issuer' && outcome === 'passed' && reason === ownIssuer,
  );

/** The verdict that follows from the checks. A doubt never turns green, and a bad signature outweighs all else. */
const wholeVerdict = (checks: readonly Check[]): Verdict => {
  const of = (name: CheckName): Check | undefined => checks.find((check) => check.name === name);
  const outcome = (name: CheckName): Outcome => of(name)?.outcome ?? 'could-not-tell';
  const doubts = (): boolean => [outcome('status'), outcome('dates')].includes('could-not-tell');
  if (outcome('format') === 'failed') return 'unsupported_format';
  if (outcome('signature') === 'failed') return 'not_authentic';
  if (of('status')?.reason === 'revoked') return 'not_valid';
  if (outcome('signature') !== 'passed' || doubts()) return 'could_not_check';
  if (outcome('dates') === 'failed' || outcome('status') === 'failed') return 'verified_not_current';
  if (of('issuer')?.reason === 'test-issuer') return 'test';
  if (!isOwn({ checks })) return 'verified_other_issuer';
  return outcome('dates') === 'passed' ? 'verified' : 'could_not_check';
};

/** What was not asked for is neither a doubt nor a pass: without the issuer the verdict says so by its name. */
export const verdictOf = (checks: readonly Check[]): Verdict => {
  const unasked = (name: CheckName): boolean =>
    checks.some((check) => check.name === name && check.reason === 'not-asked');
  const verdict = wholeVerdict(
    checks.map((check) =>
      check.name !== 'issuer' && unasked(check.name) ? { ...check, outcome: 'passed' } : check,
    ),
  );
  return verdict === 'verified_other_issuer' && unasked('issuer') ? 'verified_issuer_not_checked' : verdict;
};

/** Whether a verdict says that the credential holds: then the issuer's name is still the reader's to judge. */
export const isVerified = (verdict: Verdict): boolean =>
  verdict === 'verified' ||
  verdict === 'receipt' ||
  verdict === 'verified_other_issuer' ||
  verdict === 'verified_issuer_not_checked';
