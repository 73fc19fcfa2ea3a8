import type { Clock } from '../../platform/clock.ts';
import type { IssueReceipt } from './issue-receipt.ts';
import type { Receipt, ReceiptKind } from './receipt.ts';
import type { ReceiptFiles } from './receipt-file-store.ts';

/** Draws a document in its own language. */
export type DrawReceipt = (receipt: Receipt) => Promise<Uint8Array>;

export type ReceiptFile = { number: string; filename: string; pdf: Uint8Array };

type PdfDeps = { issue: IssueReceipt; files: ReceiptFiles; draw: DrawReceipt; clock: Clock };

/** The PDF of an order's document, issued now if it was not yet, drawn once and the same bytes ever after. */
export const createReceiptPdf = ({ issue, files, draw, clock }: PdfDeps) => {
  const bytesOf = async (receipt: Receipt): Promise<Uint8Array> =>
    (await files.find(receipt.number)) ?? files.keep(receipt.number, await draw(receipt), clock.now());

  return async (orderId: string, kind: ReceiptKind): Promise<ReceiptFile | undefined> => {
    const issued = kind === 'receipt' ? issue.issueReceipt(orderId) : issue.issueCreditNote(orderId);
    const receipt = await issued;
    if (!receipt) return undefined;
    return { number: receipt.number, filename: `${receipt.number}.pdf`, pdf: await bytesOf(receipt) };
  };
};

export type ReceiptPdf = ReturnType<typeof createReceiptPdf>;
