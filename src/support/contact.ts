import type { Clock } from '../platform/clock.ts';
import type { Outbox } from '../platform/database/outbox.ts';
import { DomainError, notFound } from '../platform/errors.ts';
import { eventOf } from '../platform/events.ts';
import { type Random, token } from '../platform/random.ts';
import { ContactReceived, TicketHandled } from './events.ts';
import { type Message, type Ticket, type TicketStep, ticketNumber } from './ticket.ts';
import type { TicketStore } from './ticket-store.ts';

type ContactDeps = { tickets: TicketStore; clock: Clock; random: Random; outbox: Outbox };

/** Takes a message in: it has its number at once, the acknowledgement follows by letter. */
export const createSubmit =
  ({ tickets, clock, random, outbox }: ContactDeps) =>
  async ({ file, ...message }: Message): Promise<Ticket> => {
    const receivedAt = clock.now();
    const year = receivedAt.getUTCFullYear();
    const number = ticketNumber(year, await tickets.nextCount(year));
    const id = token(random, 16);
    const kept = file ? { file: { type: file.type, size: file.bytes.length } } : {};
    const ticket: Ticket = { ...message, ...kept, id, number, receivedAt, state: 'open', steps: [] };
    await tickets.add(ticket, file?.bytes, eventOf(ContactReceived, { ticketId: id }, receivedAt));
    outbox.poke();
    return ticket;
  };

type Handling = { ticketId: string; by: string; note: string };

/** Marks a ticket as answered or closed. @throws DomainError `not-found`; `conflict` when it is closed already. */
export const createHandle =
  ({ tickets, clock, outbox }: Omit<ContactDeps, 'random'>) =>
  async ({ ticketId, by, note }: Handling, did: TicketStep['did']): Promise<void> => {
    const at = clock.now();
    const event = eventOf(TicketHandled, { ticketId, by, reason: did }, at);
    if (await tickets.handle(ticketId, { at, by, did, note }, event)) return outbox.poke();
    throw (await tickets.find(ticketId)) ? new DomainError('conflict', 'conflict') : notFound();
  };
