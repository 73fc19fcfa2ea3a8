import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

/** Everything that could be erased of a person has been. `by` is the account itself, or the privacy officer. */
export const AccountErased = defineEvent(
  'AccountErased',
  z.strictObject({ accountId: z.string(), by: z.string() }),
);
