import type { Language } from '../platform/i18n.ts';

/** What people write about by the contact form. */
export const contactTopics = [
  'question',
  'certificate',
  'payment',
  'privacy',
  'security',
  'accessibility',
] as const;
/** `suspected-fake` comes from a verdict page: somebody doubts what they were shown. */
export const topics = [...contactTopics, 'suspected-fake'] as const;
export type Topic = (typeof topics)[number];

/** What staff did: an answer is sent by mail from their own desk, the note says what was told or why it is closed. */
export type TicketStep = { at: Date; by: string; did: 'answered' | 'closed'; note: string };

const fileTypes = ['application/pdf', 'application/json', 'image/png', 'image/jpeg'] as const;
/** A file that came with a message; of a stranger, so nobody opens it here. */
export type TicketFile = { type: (typeof fileTypes)[number]; bytes: Uint8Array };

const beginnings: readonly (readonly [TicketFile['type'], (head: string) => boolean])[] = [
  ['application/pdf', (head) => head.includes('%PDF-')],
  ['application/json', (head) => /^(\u00ef\u00bb\u00bf)?\s*[{[]/.test(head)],
  ['image/png', (head) => head.startsWith('\u0089PNG\r\n\u001a\n')],
  ['image/jpeg', (head) => head.startsWith('\u00ff\u00d8\u00ff')],
];

/** Takes a file for what its bytes say it is; nothing for any other kind. */
export const ticketFileOf = (bytes: Uint8Array): TicketFile | undefined => {
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1');
  const type = beginnings.find(([, begins]) => begins(head))?.[0];
  return type && { type, bytes };
};

/** Which certificate is doubted, as it was typed, and the verdict that stood over it. */
export type Suspicion = { identifier?: string; verdict?: string };

/** What a person wrote, before it has a number. Whoever reports a fake need not say who they are. */
export type Message = {
  topic: Topic;
  name?: string;
  email?: string;
  message: string;
  language: Language;
  /** The account that was signed in when the message was sent. */
  accountId?: string;
  suspicion?: Suspicion;
  file?: TicketFile;
};

/** One message to us and what became of it. `number` is what people quote: `S-2026-000042`. */
export type Ticket = Omit<Message, 'file'> & {
  id: string;
  number: string;
  receivedAt: Date;
  /** Of a file that came with it, all but its bytes. */
  file?: { type: TicketFile['type']; size: number };
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
