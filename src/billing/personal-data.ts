import type { Clock } from '../platform/clock.ts';
import type { Localised } from '../platform/i18n.ts';
import type {
  Erasure,
  ExportFile,
  PersonalDataProvider,
  ProcessingRecord,
} from '../platform/personal-data.ts';
import type { SimulatedPayments } from './gateways/simulated-payment-store.ts';
import type { IssueReceipt } from './invoices/issue-receipt.ts';
import type { ReceiptFiles } from './invoices/receipt-file-store.ts';
import type { ReceiptPdf } from './invoices/receipt-pdf.ts';
import type { ReceiptStore } from './invoices/receipt-store.ts';
import { cancel, forgetBuyer, isOpen, isSettled, type Order } from './order.ts';
import type { OrderStore } from './order-store.ts';
import type { WebhookInbox } from './webhook-inbox-store.ts';

type Deps = {
  orders: OrderStore;
  receipts: ReceiptStore;
  files: ReceiptFiles;
  inbox: WebhookInbox;
  simulated: SimulatedPayments;
  issue: IssueReceipt;
  receiptPdf: ReceiptPdf;
  clock: Clock;
};

const orderCategory: Localised = { en: 'Orders', fr: 'Commandes' };
const receiptCategory: Localised = { en: 'Receipts and credit notes', fr: 'Reçus et avoirs' };

const records: readonly ProcessingRecord[] = [
  {
    category: orderCategory,
    purpose: {
      en: 'Take an order, receive its payment or give it back, and open what was bought. No card data is ever received.',
      fr: 'Enregistrer une commande, recevoir ou rembourser son paiement et ouvrir ce qui a été acheté. Aucune donnée de carte n’est jamais reçue.',
    },
    basis: 'contract',
    keptFor: {
      en: 'Unpaid orders: 12 months after they closed. Paid orders: as long as their receipt.',
      fr: 'Commandes non payées : 12 mois après leur clôture. Commandes payées : aussi longtemps que leur reçu.',
    },
    recipients: {
      en: 'Our billing staff; for a payment by card, Stripe, on whose page the card is entered.',
      fr: 'Notre équipe de facturation ; pour un paiement par carte, Stripe, sur la page duquel la carte est saisie.',
    },
  },
  {
    category: receiptCategory,
    purpose: {
      en: 'Keep the accounts: what was sold to whom, when, at which price and VAT.',
      fr: 'Tenir la comptabilité : ce qui a été vendu, à qui, quand, à quel prix et avec quelle TVA.',
    },
    basis: 'legal-obligation',
    keptFor: {
      en: '10 years from the end of the year of issue (French Commercial Code, art. L123-22).',
      fr: '10 ans à compter de la fin de l’année d’émission (Code de commerce, art. L123-22).',
    },
    recipients: {
      en: 'Our billing staff, our accountant, and the tax authority on request.',
      fr: 'Notre équipe de facturation, notre comptable et, à sa demande, l’administration fiscale.',
    },
  },
];

const because: Localised = {
  en: 'The law obliges us to keep accounting documents for 10 years (French Commercial Code, art. L123-22).',
  fr: 'La loi nous oblige à conserver les pièces comptables pendant 10 ans (Code de commerce, art. L123-22).',
};

const hour = 3_600_000;
const day = 24 * hour;
const accountingYears = 10;
/** Years are those of the series, in Paris: they begin an hour before those of UTC. */
const yearBegins = (year: number): Date => new Date(Date.UTC(year, 0, 1) - hour);
const yearOf = (at: Date): number => new Date(at.getTime() + hour).getUTCFullYear();
/** The end of the last year that may leave the archive. */
const archiveLimit = (now: Date): Date => yearBegins(yearOf(now) - accountingYears);
const keptUntil = (issuedAt: Date): Date => yearBegins(yearOf(issuedAt) + accountingYears + 1);

const latest = (dates: readonly Date[]): Date => new Date(Math.max(...dates.map((date) => date.getTime())));

/** Who confirmed a transfer or ordered a refund is another person's data. */
const withoutStaff = (order: Order): object => {
  if (!isSettled(order)) return order;
  const { by: _by, ...paid } = order.paid;
  if (!order.refund) return { ...order, paid };
  const { by: _orderedBy, ...refund } = order.refund;
  return { ...order, paid, refund };
};

export const createPersonalData = (deps: Deps): PersonalDataProvider => {
  const { orders, receipts, clock } = deps;

  const receiptsFor = async (list: readonly Order[]) => receipts.ofOrders(list.map(({ id }) => id));

  const outcome = async (list: readonly Order[]): Promise<Erasure[]> => {
    if (list.length === 0) return [];
    const settled = list.filter(isSettled);
    const anonymised: Erasure = { category: orderCategory, outcome: 'anonymised', records: list.length };
    if (settled.length === 0) return [anonymised];
    const issued = await receiptsFor(settled);
    const until = keptUntil(latest([clock.now(), ...issued.map(({ issuedAt }) => issuedAt)]));
    const kept = Math.max(issued.length, settled.length);
    return [anonymised, { category: receiptCategory, outcome: 'retained', records: kept, because, until }];
  };

  /** Every document that the law wants is issued while the buyer is still known. */
  const issueAll = async (order: Order): Promise<void> => {
    if (!isSettled(order)) return;
    await deps.issue.issueReceipt(order.id);
    if (order.state === 'refunded') await deps.issue.issueCreditNote(order.id);
  };

  const forget = (order: Order): Promise<unknown> =>
    orders.change(order.id, (current) => {
      const closed = isOpen(current) ? cancel(current, clock.now()) : current;
      return { order: forgetBuyer(closed) };
    });

  return {
    module: 'billing',
    describe: () => records,

    export: async (subject) => {
      const own = await orders.ofAccount(subject);
      return { orders: own.map(withoutStaff), receipts: await receiptsFor(own) };
    },

    async *exportFiles(subject): AsyncIterable<ExportFile> {
      for (const { orderId, kind } of await receiptsFor(await orders.ofAccount(subject))) {
        const file = await deps.receiptPdf(orderId, kind);
        if (file) yield { path: `receipts/${file.filename}`, bytes: file.pdf };
      }
    },

    planErasure: async (subject) => outcome(await orders.ofAccount(subject)),

    erase: async (subject) => {
      const own = await orders.ofAccount(subject);
      for (const order of own) await issueAll(order);
      const outcomes = await outcome(own);
      for (const order of own) await forget(order);
      return outcomes;
    },

    expire: async (now) => {
      const unpaid = await orders.forgetClosed(new Date(now.getTime() - 365 * day));
      const numbers = await receipts.forget(archiveLimit(now));
      await deps.files.forget(numbers);
      const settled = await orders.forgetSettled(archiveLimit(now));
      const notices = await deps.inbox.forget(new Date(now.getTime() - 30 * day));
      const simulated = await deps.simulated.forget(new Date(now.getTime() - 365 * day));
      return [
        { category: 'orders', removed: unpaid + settled },
        { category: 'receipts', removed: numbers.length },
        { category: 'payment-notices', removed: notices + simulated },
      ];
    },
  };
};
