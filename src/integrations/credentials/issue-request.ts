import { z } from 'zod';
import type { Proofs, SecuredAs } from '../../issuer/index.ts';
import { DomainError, type FieldFault, invalid } from '../../platform/errors.ts';
import { check } from '../../platform/http/validate.ts';
import { type Purpose, purposes } from './issued-credential.ts';

const proofTypes = ['DataIntegrityProof', 'Ed25519Signature2020'] as const;
const cryptosuites = ['eddsa-rdfc-2022', 'eddsa-jcs-2022'] as const;
const envelopes = ['application/vc+jwt'] as const;

/** One, or several that differ. */
const oneOrMore = <T extends z.ZodType>(item: T, most: number) =>
  z.union([item, z.array(item).min(1).max(most).refine(areDifferent, 'repeated-value')]);

const areDifferent = (values: readonly unknown[]): boolean =>
  new Set(values.map((value) => JSON.stringify(value))).size === values.length;

const statusEntry = z.strictObject({
  type: z.literal('BitstringStatusListEntry'),
  statusPurpose: z.enum(purposes),
});

/** What `options` may hold. Everything else is refused, as VCALM 1.0 demands. */
export const issueOptions = z.strictObject({
  /** Kinds of proof; several make a proof set. */
  type: oneOrMore(z.enum(proofTypes), proofTypes.length).optional(),
  /** Of the proofs of type DataIntegrityProof. */
  cryptosuite: oneOrMore(z.enum(cryptosuites), cryptosuites.length).optional(),
  /** A compact JWS around the credential (VC JOSE and COSE 1.0) in place of proofs inside it. */
  envelope: z.enum(envelopes).optional(),
  /** On which lists the credential gets a place. */
  credentialStatus: z
    .array(statusEntry)
    .min(1)
    .max(purposes.length)
    .refine(areDifferent, 'repeated-value')
    .optional(),
  /** What the client will call a credential that has no `id`. */
  credentialId: z.string().min(1).max(2048).optional(),
});

/** VCALM 1.0, "Issue Credential". */
export const issueBody = z.strictObject({
  credential: z.unknown().refine((value) => value !== undefined, 'field-required'),
  options: issueOptions.optional(),
});

/** What is to be issued, with the defaults filled in. The credential itself has not been looked at. */
export type IssueRequest = {
  credential: unknown;
  credentialId: string | undefined;
  securedAs: SecuredAs;
  purposes: readonly Purpose[];
};

const listOf = <T extends string>(value: T | T[]): readonly T[] =>
  typeof value === 'string' ? [value] : value;

/**
 * The envelope, or the proofs in the order of the options. Without any: one eddsa-rdfc-2022. A cryptosuite alone means a
 * proof of type DataIntegrityProof.
 */
const securedAsOf = (options: z.infer<typeof issueOptions>): SecuredAs => {
  if (options.envelope) {
    const beside = (['type', 'cryptosuite'] as const).filter((name) => options[name] !== undefined);
    if (beside.length === 0) return 'vc+jwt';
    throw unknownOption(
      beside.map((name) => ({ pointer: `/options/${name}`, code: 'not-beside-an-envelope' })),
    );
  }
  const types = listOf(options.type ?? 'DataIntegrityProof');
  const suites = listOf(options.cryptosuite ?? 'eddsa-rdfc-2022');
  if (options.cryptosuite && !types.includes('DataIntegrityProof')) {
    throw unknownOption([{ pointer: '/options/cryptosuite', code: 'not-an-option' }]);
  }
  const proofs = types.flatMap((type): readonly Proofs[number][] =>
    type === 'DataIntegrityProof' ? suites : [type],
  );
  const [first = 'eddsa-rdfc-2022', ...more] = proofs;
  return [first, ...more];
};

const unknownOption = (errors: readonly FieldFault[]): DomainError =>
  new DomainError('malformed', 'unknown-option', {
    errors,
    type: 'https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED',
  });

/**
 * Reads the body of a request to issue. Nothing is known yet of the credential.
 * @throws DomainError `unknown-option` (400, the type is VCALM's), `invalid-input`
 */
export const readIssueRequest = (body: unknown): IssueRequest => {
  const checked = check(issueBody, body);
  if (!checked.ok) {
    const ofOptions = checked.faults.filter(({ pointer }) => pointer.startsWith('/options/'));
    throw ofOptions.length === checked.faults.length
      ? unknownOption(checked.faults)
      : invalid(checked.faults);
  }
  const { credential, options = {} } = checked.value;
  return {
    credential,
    credentialId: options.credentialId,
    securedAs: securedAsOf(options),
    purposes: options.credentialStatus?.map(({ statusPurpose }) => statusPurpose) ?? ['revocation'],
  };
};
