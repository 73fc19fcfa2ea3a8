import type { Connection } from 'mongoose';
import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import type { Language } from '../platform/i18n.ts';
import type { PersonalDataProvider } from '../platform/personal-data.ts';
import type { Random } from '../platform/random.ts';
import { createHandle, createSubmit } from './contact.ts';
import { createPersonalData, type EmailOf } from './personal-data.ts';
import type { Message, Ticket, TicketFile, TicketState, TicketStep, Topic } from './ticket.ts';
import { createTicketStore } from './ticket-store.ts';

export { ContactReceived, TicketHandled } from './events.ts';
export type { Message, Ticket, TicketFile, TicketState, Topic } from './ticket.ts';
export { contactTopics, ticketFileOf, topics, topicsFor } from './ticket.ts';

type SupportDeps = {
  connection: Connection;
  clock: Clock;
  random: Random;
  outbox: Outbox;
  /** Without it, messages are found by the account that was signed in only. */
  emailOf?: EmailOf;
};

export type Support = {
  /** Keeps a message and gives it a number; `ContactReceived` follows. */
  submit(message: Message): Promise<Ticket>;
  /** Open ones oldest first, others newest first. */
  list(query: { state: TicketState; topics: readonly Topic[]; limit: number }): Promise<Ticket[]>;
  ticket(ticketId: string): Promise<Ticket | undefined>;
  /** The file that came with a message. */
  file(ticketId: string): Promise<TicketFile | undefined>;
  /** Both throw DomainError `not-found`, or `conflict` when the ticket is closed already. */
  answer(step: { ticketId: string; by: string; note: string }): Promise<void>;
  close(step: { ticketId: string; by: string; note: string }): Promise<void>;
  /** Whom the acknowledgement goes to; nothing without an address, or when the ticket has been erased meanwhile. */
  contactOfTicket(
    ticketId: string,
  ): Promise<{ email: string; name: string; language: Language; topic: Topic; number: string } | undefined>;
  personalData: PersonalDataProvider;
};

/** Messages to the operator, from anybody, with or without an account. */
export const createSupport = (deps: SupportDeps): Support => {
  const { connection, clock, random, outbox } = deps;
  const tickets = createTicketStore(connection, outbox);
  const handle = createHandle({ tickets, clock, outbox });
  const step =
    (did: TicketStep['did']): Support['close'] =>
    (given) =>
      handle(given, did);

  return {
    submit: createSubmit({ tickets, clock, random, outbox }),
    list: tickets.list,
    ticket: tickets.find,
    file: tickets.file,
    answer: step('answered'),
    close: step('closed'),
    contactOfTicket: async (ticketId) => {
      const ticket = await tickets.find(ticketId);
      if (!ticket) return undefined;
      const { email, language, topic, number } = ticket;
      // Whoever gave no address wants no answer.
      return email === undefined ? undefined : { email, name: ticket.name ?? email, language, topic, number };
    },
    personalData: createPersonalData(tickets, deps.emailOf ?? (async () => undefined)),
  };
};
