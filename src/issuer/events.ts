import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

/** A certificate has been signed and can be verified by anybody. */
export const CertificateIssued = defineEvent(
  'CertificateIssued',
  z.strictObject({
    identifier: z.string(),
    accountId: z.string().optional(),
    enrolmentId: z.string().optional(),
  }),
);

/** Staff have withdrawn a certificate. `accountId` is missing when its holder has been erased. */
export const CertificateRevoked = defineEvent(
  'CertificateRevoked',
  z.strictObject({
    identifier: z.string(),
    accountId: z.string().optional(),
    by: z.string(),
    reason: z.string(),
  }),
);
