import type { JsonObject } from '../vc/index.ts';
import { type Check, couldNotTell, failed, isOwn, passed, type Report, type Verdict } from './report.ts';
import { askComparison, askTraces } from './sheet/ask-sheet.ts';
import type { SheetComparison, SheetTraces } from './sheet/sheet.ts';

/** The PDF as it was issued for just this record; nothing for another edition of it, or where there is none. */
export type GenuineSheet = (credential: JsonObject) => Promise<Uint8Array | undefined>;

/** The number of a certificate in what stands on a sheet, or in the address that a code leads to; nothing else. */
export type ReadNumber = (text: string) => string | undefined;

/** `attached`: the record lay in the file. `fetched`: it was gone, and we looked it up by the number on the page. */
export type RecordOrigin = 'attached' | 'fetched';

export type SheetQuestion = { pdf: Uint8Array; credential: unknown; record: RecordOrigin };

/** Verdicts that no page can make better or worse. */
const final: readonly Verdict[] = ['unsupported_format', 'not_authentic', 'not_valid', 'print_differs'];

const checkOf = (comparison: SheetComparison): Check => {
  switch (comparison.result) {
    case 'identical':
    case 'unchanged':
    case 'fields-found':
      return passed('print', comparison.result);
    case 'differs':
      return failed('print', 'print-differs', { differences: comparison.differences.length });
    case 'not-compared':
      return couldNotTell('print', comparison.why);
  }
};

const verdictWith = (verdict: Verdict, { outcome }: Check): Verdict => {
  if (final.includes(verdict) || outcome === 'passed') return verdict;
  if (outcome === 'failed') return 'print_differs';
  // The record is good, and what the paper says is not known: no green for that.
  return verdict === 'verified' ? 'could_not_check' : verdict;
};

/**
 * Adds to a report whether the page says what the signed record says. Only where the record is one of those we vouch for:
 * how others set their sheets is not known, and of a record whose signature does not hold nothing is compared.
 */
export const createCompareSheet =
  (genuineSheet: GenuineSheet) =>
  async (report: Report, { pdf, credential, record }: SheetQuestion): Promise<Report> => {
    const { facts } = report;
    if (!facts) return report;
    const comparison: SheetComparison = report.receipt
      ? { result: 'not-compared', why: 'receipt' }
      : isOwn(report)
        ? await askComparison({ shown: pdf, facts, genuine: await genuineSheet(credential as JsonObject) })
        : { result: 'not-compared', why: 'other-issuer' };
    const check = checkOf(comparison);
    return {
      ...report,
      verdict: verdictWith(report.verdict, check),
      checks: [...report.checks, check],
      sheet: { record, differences: comparison.result === 'differs' ? comparison.differences : [] },
    };
  };

/** The number printed on a page that has lost its record: in its code, or in its text. */
export const createNumberOn =
  (readNumber: ReadNumber) =>
  async (pdf: Uint8Array): Promise<string | undefined> => {
    const { codes, texts }: SheetTraces = await askTraces(pdf);
    for (const text of [...codes, ...texts]) {
      const number = readNumber(text);
      if (number) return number;
    }
    return undefined;
  };
