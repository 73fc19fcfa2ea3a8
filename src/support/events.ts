import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

/** Somebody wrote to us by the contact form. */
export const ContactReceived = defineEvent('ContactReceived', z.strictObject({ ticketId: z.string() }));

/** Staff answered or closed a ticket; `reason` says which. */
export const TicketHandled = defineEvent(
  'TicketHandled',
  z.strictObject({ ticketId: z.string(), by: z.string(), reason: z.enum(['answered', 'closed']) }),
);
