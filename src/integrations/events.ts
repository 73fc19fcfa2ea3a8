import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

const changeOfClient = z.strictObject({ clientId: z.string(), by: z.string() });

/** A program was allowed to use the API. */
export const ApiClientCreated = defineEvent('ApiClientCreated', changeOfClient);

/** Its secret was replaced; the old one and every token made with it ended at that moment. */
export const ApiClientSecretReplaced = defineEvent('ApiClientSecretReplaced', changeOfClient);

/** It was shut out for good. What it issued stays valid. */
export const ApiClientRevoked = defineEvent('ApiClientRevoked', changeOfClient);

/** The bit of a credential was to change; `reason` says which way. `by` is the client: `client:<id>`. */
export const CredentialStatusChanged = defineEvent(
  'CredentialStatusChanged',
  z.strictObject({
    recordId: z.string(),
    by: z.string(),
    reason: z.enum(['revocation', 'suspension', 'reinstatement']),
  }),
);
