import { z } from 'zod';
import { validate } from '../../platform/http/validate.ts';
import { purposes } from './issued-credential.ts';

/** VCALM 1.0, "Update Status". Its example calls the entry by the type of its list; both names are understood. */
export const statusBody = z.strictObject({
  credentialId: z.string().min(1).max(2048),
  credentialStatus: z.strictObject({
    id: z.string().max(2048).optional(),
    type: z.enum(['BitstringStatusListEntry', 'BitstringStatusList']),
    statusPurpose: z.enum(purposes),
    statusListIndex: z.string().max(16).optional(),
    statusListCredential: z.string().max(2048).optional(),
  }),
  status: z.boolean(),
});

/** What a client says of a credential: `status` is the bit that is to be published. */
export type StatusRequest = z.infer<typeof statusBody>;

/** Earlier drafts of the API sent a list. A list of one says the same. */
const withoutList = (body: unknown): unknown => {
  const { credentialStatus } = (body ?? {}) as { credentialStatus?: unknown };
  if (!Array.isArray(credentialStatus) || credentialStatus.length !== 1) return body;
  return { ...(body as object), credentialStatus: credentialStatus[0] };
};

/** @throws DomainError `invalid-input` */
export const readStatusRequest = (body: unknown): StatusRequest => validate(statusBody, withoutList(body));
