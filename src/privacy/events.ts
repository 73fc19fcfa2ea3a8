import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

/** Somebody who says that an address is theirs asks to erase what was issued to it. */
export const AddressErasureAsked = defineEvent(
  'AddressErasureAsked',
  z.strictObject({ requestId: z.string() }),
);

/** The holder of an address has erased what was issued to it. */
export const AddressErased = defineEvent(
  'AddressErased',
  z.strictObject({ requestId: z.string(), by: z.literal('holder') }),
);

/** Everything that could be erased of a person has been. `by` is the account itself, or the privacy officer. */
export const AccountErased = defineEvent(
  'AccountErased',
  z.strictObject({ accountId: z.string(), by: z.string() }),
);
