import type { Router } from 'express';
import { type PersonalDataProvider, storesNone } from '../platform/personal-data.ts';
import type { ListedIssuer } from './listed-issuer.ts';
import type { CheckName, Report } from './report.ts';
import { createVerifierRoutes } from './routes.ts';
import { askCodes } from './sheet/ask-sheet.ts';
import type { PictureCodes } from './sheet/sheet.ts';
import { createVerify, type VerifyDeps } from './verify.ts';
import { createVerifyPresentation, type Occasion, type PresentationReport } from './verify-presentation.ts';
import {
  createCompareSheet,
  createNumberOn,
  type GenuineSheet,
  type ReadNumber,
  type SheetQuestion,
} from './verify-sheet.ts';

export type { ListedIssuer } from './listed-issuer.ts';
export { type Input, maxInputBytes, type ReadInput, readInput } from './read-input.ts';
export { readTrustList } from './read-trust-list.ts';
export { receiptItemsOf, receiptPath } from './receipt-items.ts';
export type {
  Check,
  CheckName,
  CoSignature,
  Facts,
  Outcome,
  ReceiptItem,
  Report,
  SheetFinding,
  Verdict,
} from './report.ts';
export type { PictureCodes, SheetDifference, SheetField } from './sheet/sheet.ts';
export type { Occasion, PresentationReport } from './verify-presentation.ts';

type Change = { at: Date; reason: string; replacedBy?: string } | undefined;

/** When and why the issuer withdrew or suspended a credential, where it publishes that; asked only for one that is. */
export type WithdrawalOf = (credentialId: string) => Promise<{ revocation?: Change; suspension?: Change }>;

type VerifierDeps = VerifyDeps & {
  withdrawalOf: WithdrawalOf;
  genuineSheet: GenuineSheet;
  readNumber: ReadNumber;
};

export type Verifier = {
  /**
   * Runs every check on a credential: parsed, as text, as compact JWS, in an envelope, or as the text of a printed code.
   * `asked` narrows what is vouched for beside form and signature; bad news is told all the same. Never rejects for what
   * it says.
   */
  verify(input: unknown, asked?: readonly CheckName[]): Promise<Report>;
  /** Who presents, and what; see `verifyPresentation` of `vc` for the proof of the holder alone. */
  verifyPresentation(
    input: unknown,
    occasion: Occasion,
    asked?: readonly CheckName[],
  ): Promise<PresentationReport>;
  /** Adds to the report of a record whether the page of its PDF says the same. Costs seconds; never rejects. */
  compareSheet(report: Report, question: SheetQuestion): Promise<Report>;
  /** The number of a certificate that stands on the page of a PDF without its record. */
  numberOn(pdf: Uint8Array): Promise<string | undefined>;
  /** What the QR codes in a PNG or JPEG say. Costs a second or two; never rejects. */
  codesIn(picture: Uint8Array): Promise<PictureCodes>;
  /** What is known of issuers that are not us. */
  listedIssuers: readonly ListedIssuer[];
  routes: Router;
  personalData: PersonalDataProvider;
};

/** Verifies credentials with nothing but what is published. Keeps no request. */
export const createVerifier = (deps: VerifierDeps): Verifier => {
  const { verify: check, checkPresentation } = createVerify(deps);

  const verify = async (input: unknown, asked?: readonly CheckName[]): Promise<Report> => {
    const report = await check(input, asked);
    const id = report.facts?.credentialId;
    const status = report.checks.find(({ name }) => name === 'status')?.reason;
    if (id === undefined || (status !== 'revoked' && status !== 'suspended')) return report;
    const { revocation, suspension } = await deps.withdrawalOf(id);
    return status === 'revoked' ? { ...report, revocation } : { ...report, suspension };
  };

  const verifyPresentation = createVerifyPresentation({
    verify,
    checkPresentation,
    now: () => deps.clock.now(),
  });

  return {
    verify,
    verifyPresentation,
    compareSheet: createCompareSheet(deps.genuineSheet),
    numberOn: createNumberOn(deps.readNumber),
    codesIn: askCodes,
    listedIssuers: deps.listedIssuers ?? [],
    routes: createVerifierRoutes({ verify, verifyPresentation }),
    personalData: storesNone(
      'verifier',
      'It verifies what it is shown in memory and keeps neither the request nor the address it came from.',
    ),
  };
};
