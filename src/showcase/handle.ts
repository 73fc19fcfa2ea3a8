import { z } from 'zod';

/** Words that would make a page look like ours, or like a part of the service. */
const reserved: ReadonlySet<string> = new Set(
  `about account accounts admin administrator api app assets badge badges billing blog careers catalogue certificate
  certificates certification certifications checkout collection collections contact cookies course courses developer
  developers download examiner examiners help home info issuer jinfo learn learning legal login logout mail me
  moderator news null official operator pay payment payments postmaster press privacy profile profiles register
  registrar root search security service settings shop showcase sign-in signin staff status store support system
  team terms test undefined user users verification verified verifier verify wallet wallets webmaster www`.split(
    /\s+/,
  ),
);

/** With the operator’s own word anywhere in it, an address would speak for the operator. */
const speaksForUs = (handle: string): boolean => reserved.has(handle) || handle.includes('jinfo');

/** The name in the address of a public profile: 3 to 30 small letters and digits, single hyphens between them. */
export const handleShape = z
  .string()
  .trim()
  .toLowerCase()
  .max(30)
  .regex(/^[a-z](?:-?[a-z0-9])+$/, 'handle-shape')
  .min(3)
  .refine((handle) => !speaksForUs(handle), 'handle-reserved');

/** Anything that a person would call a title, and nothing that would be a link or markup. */
export const titleShape = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}<>]+$/u, 'title-shape')
  .refine((title) => !/:\/\/|www\.|\S\.[\p{L}]{2,}/iu.test(title), 'title-shape');
