import { checkShape, guardDocument, type JsonObject } from '../../vc/index.ts';
import { type Check, failed, passed } from '../report.ts';

/** What is to be verified, once it has the shape of a credential. */
export type FormatResult = { check: Check; credential: JsonObject | undefined };

/** Is this a Verifiable Credential at all (VC Data Model 2.0 or 1.1, chapter 4)? */
export const checkFormat = (input: unknown): FormatResult => {
  const guarded = guardDocument(input);
  if (!guarded.ok) return { check: failed('format', guarded.reason), credential: undefined };
  const [fault, ...more] = checkShape(guarded.document);
  if (!fault) return { check: passed('format', 'credential'), credential: guarded.document };
  const evidence = { pointer: fault.pointer || '/', faults: more.length + 1 };
  return { check: failed('format', 'not-a-credential', evidence), credential: undefined };
};
