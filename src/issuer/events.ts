import { z } from 'zod';
import { defineEvent } from '../platform/events.ts';

/** A certificate has been signed and can be verified by anybody. */
export const CertificateIssued = defineEvent(
  'CertificateIssued',
  z.strictObject({
    identifier: z.string(),
    accountId: z.string().optional(),
    enrolmentId: z.string().optional(),
    /** The certificate whose place it takes: its holder is told of the correction instead. */
    supersedes: z.string().optional(),
  }),
);

/** A certificate ends in at most so many days, and its holder has not been told yet. */
export const CertificateExpiring = defineEvent(
  'CertificateExpiring',
  z.strictObject({ identifier: z.string(), accountId: z.string().optional(), days: z.number() }),
);

/** Somebody has confirmed a batch: it is to be issued. */
export const BatchConfirmed = defineEvent(
  'BatchConfirmed',
  z.strictObject({ batchId: z.string(), by: z.string() }),
);

/** Every certificate of a batch is issued. */
export const BatchIssued = defineEvent(
  'BatchIssued',
  z.strictObject({ batchId: z.string(), by: z.string(), issued: z.number() }),
);

/** Staff have decided to withdraw every certificate of a batch. */
export const BatchRevoked = defineEvent(
  'BatchRevoked',
  z.strictObject({ batchId: z.string(), by: z.string(), reason: z.string() }),
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

const held = { identifier: z.string(), accountId: z.string().optional() };

/** Another certificate, `replacement`, has taken the place of one whose holder's name was corrected. */
export const CertificateSuperseded = defineEvent(
  'CertificateSuperseded',
  z.strictObject({ ...held, replacement: z.string(), by: z.string(), reason: z.string() }),
);

const correction = { correctionId: z.string(), identifier: z.string(), by: z.string() };

/** The name on a certificate is to be corrected: its holder was free to, or staff have agreed. */
export const CorrectionApproved = defineEvent('CorrectionApproved', z.strictObject(correction));

/** Staff have refused to correct the name on a certificate. */
export const CorrectionRefused = defineEvent(
  'CorrectionRefused',
  z.strictObject({ ...correction, accountId: z.string(), reason: z.string() }),
);

/** Staff have suspended a certificate for the time being. */
export const CertificateSuspended = defineEvent(
  'CertificateSuspended',
  z.strictObject({ ...held, by: z.string(), reason: z.string() }),
);

/** Staff have lifted a suspension: the certificate stands as before. */
export const CertificateSuspensionLifted = defineEvent(
  'CertificateSuspensionLifted',
  z.strictObject({ ...held, by: z.string() }),
);

/** A certificate was signed anew, because the key of its first signature was reported compromised. */
export const CertificateReissued = defineEvent('CertificateReissued', z.strictObject(held));

/** A key was put to use; the one before it verifies from now on what it signed. `key` is its public half. */
export const IssuerKeyActivated = defineEvent(
  'IssuerKeyActivated',
  z.strictObject({ key: z.string(), by: z.string() }),
);

/** A key was reported compromised: what it signed must be signed anew. */
export const IssuerKeyCompromised = defineEvent(
  'IssuerKeyCompromised',
  z.strictObject({ key: z.string(), by: z.string() }),
);
