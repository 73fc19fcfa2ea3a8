import {
  type CompactTable,
  checkRelatedResources,
  checkShape,
  type DocumentLoader,
  decodeCompact,
  type JsonObject,
  looksCompact,
  openCredential,
} from '../../vc/index.ts';
import { type Check, couldNotTell, failed, passed } from '../report.ts';

/** What is to be verified, once it has the shape of a credential. */
export type FormatResult = { check: Check; credential: JsonObject | undefined };

/** Is this a Verifiable Credential at all (VC Data Model 2.0 or 1.1, chapter 4), plain or in an envelope? */
const checkFormat = (input: unknown): FormatResult => {
  const opened = openCredential(input);
  if (!opened.ok) {
    const verdict = opened.reason === 'envelope-not-supported' ? couldNotTell : failed;
    return { check: verdict('format', opened.reason), credential: undefined };
  }
  const [fault, ...more] = checkShape(opened.document);
  if (!fault) return ofRightShape(opened.document);
  const evidence = { pointer: fault.pointer || '/', faults: more.length + 1 };
  return { check: failed('format', 'not-a-credential', evidence), credential: undefined };
};

/** A context that is not the one it was signed with may give the words another meaning (VC Data Model 2.0, 5.3). */
const ofRightShape = (credential: JsonObject): FormatResult => {
  const [changed] = checkRelatedResources(credential);
  if (!changed) return { check: passed('format', formOf(credential)), credential };
  const evidence = { pointer: changed.pointer };
  return { check: failed('format', 'related-resource-changed', evidence), credential: undefined };
};

/** The form is right either way; a schema of the issuer's is a promise that only whoever has it can hold the content to. */
const formOf = ({ credentialSchema }: JsonObject): string =>
  credentialSchema === undefined ? 'credential' : 'schema-not-checked';

type ReadDeps = {
  tableOf(registryEntryId: number): Promise<CompactTable | undefined>;
  documentLoader: DocumentLoader;
};

/**
 * As `checkFormat`, also for the text of a printed code; `secured` is what the signature is to be checked on. A table
 * or version that is not known says nothing about it.
 */
export const readFormat = async (
  input: unknown,
  deps: ReadDeps,
): Promise<FormatResult & { secured: unknown }> => {
  if (typeof input !== 'string' || !looksCompact(input)) return { ...checkFormat(input), secured: input };
  const decoded = await decodeCompact(input, deps);
  if (decoded.ok) return { ...checkFormat(decoded.document), secured: decoded.document };
  const { reason, registryEntryId } = decoded;
  const evidence = registryEntryId === undefined ? {} : { table: registryEntryId };
  const check =
    reason === 'compact-damaged' ? failed('format', reason) : couldNotTell('format', reason, evidence);
  return { check, credential: undefined, secured: input };
};
