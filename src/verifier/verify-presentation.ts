import { guardDocument, type HolderVerdict, openCredential, type PresentationCheck } from '../vc/index.ts';
import type { CheckName, Report } from './report.ts';
import { isVerified } from './report.ts';

/** For what occasion a presentation was asked for. Without them anybody's recording of it would do as well. */
export type Occasion = { readonly challenge: string | undefined; readonly domain: string | undefined };

/** What is known of a presentation: who presents, and a report for each credential in it. */
export type PresentationReport = {
  /** Whether all that was presented holds; `holder` says whether anybody is proven to present it. */
  verified: boolean;
  /** Whether the presentation itself is at fault: no presentation, or not by whom or for what it should be. */
  refused: boolean;
  checkedAt: Date;
  faults: PresentationCheck['faults'];
  holder: HolderVerdict;
  proofs: PresentationCheck['proofs'];
  credentials: readonly Report[];
};

type PresentationDeps = {
  verify(input: unknown, asked?: readonly CheckName[]): Promise<Report>;
  checkPresentation(input: unknown, occasion: Occasion): Promise<PresentationCheck>;
  now(): Date;
};

/** A wallet shows a handful; each costs a signature and a list. */
const maxCredentials = 20;

/**
 * Verifies a presentation and each credential in it as fully as if it came alone. An unsigned presentation says nothing
 * about who presents (`not-proven`), and is refused where a challenge or a domain was to be signed.
 */
export const createVerifyPresentation =
  ({ verify, checkPresentation, now }: PresentationDeps) =>
  async (input: unknown, occasion: Occasion, asked?: readonly CheckName[]): Promise<PresentationReport> => {
    const { holder, faults, proofs, credentials } = await checkPresentation(input, occasion);
    const base = { checkedAt: now(), faults, proofs, credentials: [] };
    const unsigned = holder.outcome === 'not-proven';
    const demanded = occasion.challenge !== undefined || occasion.domain !== undefined;
    if (holder.outcome === 'failed' || (unsigned && demanded))
      return { ...base, holder, verified: false, refused: true };
    if (isTooMuch(credentials)) {
      return {
        ...base,
        holder: { outcome: 'could-not-tell', reason: 'too-many-objects' },
        verified: false,
        refused: false,
      };
    }
    const reports: Report[] = [];
    for (const credential of credentials) reports.push(await verify(credential, asked));
    const verified =
      holder.outcome !== 'could-not-tell' && reports.every(({ verdict }) => isVerified(verdict));
    return { ...base, holder, verified, refused: false, credentials: reports };
  };

/** Together they may have no more parts than one document: envelopes hide how much is in them. */
const isTooMuch = (credentials: readonly unknown[]): boolean => {
  const opened = credentials.slice(0, maxCredentials).map((credential) => {
    const document = openCredential(credential);
    return document.ok ? document.document : {};
  });
  return credentials.length > maxCredentials || !guardDocument({ opened }).ok;
};
