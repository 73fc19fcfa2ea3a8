import type { FieldFault } from '../platform/errors.ts';
import { isObject, type JsonObject } from './types.ts';

/**
 * A signature covers what the JSON means, not how it is spelled: with contexts of its own, a signed document can be
 * rewritten so that a reader of plain JSON sees values under other names (VC Data Integrity 1.0, 4.6, context
 * validation). This lists every place where a name may not mean what it says: a context that is an object or stands
 * inside the document, a JSON-LD keyword or an IRI in the place of a name. Empty for what may be shown as it reads.
 * Call it on guarded documents only.
 */
export const checkPlainTerms = (document: JsonObject): readonly FieldFault[] => {
  const faults = [...contextFaults(document['@context'])];
  for (const [name, value] of Object.entries(document)) {
    if (name === '@context') continue;
    const shown = name === 'proof' ? withoutContext(value) : value;
    // Pointers are written once something is wrong, which is hardly ever.
    if (!isPlainName(name) || !hasPlainNames(shown)) faults.push(...faultsOf(name, shown, ''));
  }
  return faults;
};

/** Whether every name, at every depth, is one that `faultsOf` finds nothing about. */
const hasPlainNames = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(hasPlainNames);
  for (const name in value)
    if (!isPlainName(name) || !hasPlainNames((value as JsonObject)[name])) return false;
  return true;
};

/** An eddsa-jcs-2022 proof repeats the contexts of its document, as addresses (EdDSA Cryptosuites 1.0, 3.3.1). */
const withoutContext = (proof: unknown): unknown => {
  if (Array.isArray(proof)) return proof.map(withoutContext);
  if (!isObject(proof) || contextFaults(proof['@context'] ?? []).length > 0) return proof;
  const { '@context': _, ...rest } = proof;
  return rest;
};

const contextFaults = (context: unknown): readonly FieldFault[] =>
  (Array.isArray(context) ? context : [context]).flatMap((item: unknown, i) =>
    typeof item === 'string' ? [] : [{ pointer: `/@context/${i}`, code: 'inline-context' }],
  );

/** Language maps (VC Data Model 2.0, 11.1) are the one place where keywords belong. */
const languageKeywords = ['@value', '@language', '@direction'];

const isPlainName = (name: string): boolean =>
  !(name.startsWith('@') && !languageKeywords.includes(name)) && !name.includes(':');

const faultsOf = (name: string, value: unknown, parent: string): readonly FieldFault[] => {
  const pointer = `${parent}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  if (name === '@context') return [{ pointer, code: 'inline-context' }];
  const own = isPlainName(name) ? [] : [{ pointer, code: 'renamed-term' }];
  const children = Array.isArray(value) || isObject(value) ? Object.entries(value) : [];
  return [...own, ...children.flatMap(([child, item]) => faultsOf(child, item, pointer))];
};
