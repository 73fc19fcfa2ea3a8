import type { Language } from '../platform/i18n.ts';

export const topics = ['question', 'certificate', 'payment', 'privacy', 'security', 'accessibility'] as const;
export type Topic = (typeof topics)[number];

/** What staff did: an answer is sent by mail from their own desk, the note says what was told or why it is closed. */
export type TicketStep = { at: Date; by: string; did: 'answered' | 'closed'; note: string };

/** What a person wrote, before it has a number. */
export type Message = {
  topic: Topic;
  name: string;
  email: string;
  message: string;
  language: Language;
  /** The account that was signed in when the message was sent. */
  accountId?: string;
};

/** One message to us and what became of it. `number` is what people quote: `S-2026-000042`. */
export type Ticket = Message & {
  id: string;
  number: string;
  receivedAt: Date;
  steps: readonly TicketStep[];
} & ({ state: 'open' } | { state: 'answered' | 'closed'; handledAt: Date });

export type TicketState = Ticket['state'];

/** The number of the `count`-th ticket of a year. */
export const ticketNumber = (year: number, count: number): string =>
  `S-${year}-${String(count).padStart(6, '0')}`;

/** What a member of staff may read: support everything, the privacy officer what is about personal data. */
export const topicsFor = (roles: readonly string[]): readonly Topic[] => {
  if (roles.includes('support') || roles.includes('administrator')) return topics;
  return roles.includes('privacy') ? ['privacy'] : [];
};

/** The same mailbox, however its address was typed. */
export const emailKeyOf = (email: string): string => email.trim().toLowerCase();
