import { isObject, type JsonObject } from './types.ts';

/** Credentials are a few kilobytes; a status list of a million entries is 30 kB. */
const maxCharacters = 1_000_000;
const maxNesting = 64;

export type DocumentFault = 'too-large' | 'too-deep' | 'not-json' | 'not-an-object' | 'broken-characters';
export type GuardedDocument =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly reason: DocumentFault };

/**
 * Lets a foreign document in, as text or parsed: at most 1 MB of JSON text, 64 levels, no unpaired surrogates (two
 * different ones would be hashed alike). Nothing behind this guard recurses deeper or reads more.
 */
export const guardDocument = (input: unknown): GuardedDocument => {
  if (typeof input === 'string') return input.length > maxCharacters ? refuse('too-large') : guardText(input);
  const fault = walk(input);
  return fault ? refuse(fault) : accept(input);
};

const refuse = (reason: DocumentFault): GuardedDocument => ({ ok: false, reason });

const accept = (value: unknown): GuardedDocument =>
  isObject(value) ? { ok: true, document: value } : refuse('not-an-object');

const guardText = (text: string): GuardedDocument => {
  try {
    return guardDocument(JSON.parse(text) ?? []);
  } catch {
    return refuse('not-json');
  }
};

/** Breadth first with a list of its own: deep input must not exhaust the call stack of the guard itself. */
const walk = (root: unknown): DocumentFault | undefined => {
  let characters = 0;
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxNesting) return 'too-deep';
    const next: unknown[] = [];
    for (const value of level) {
      const texts = typeof value === 'string' ? [value] : isObject(value) ? Object.keys(value) : [];
      // Two characters stand for the punctuation that every value costs.
      characters += texts.reduce((sum, text) => sum + text.length + 2, 2);
      if (characters > maxCharacters) return 'too-large';
      if (!texts.every((text) => text.isWellFormed())) return 'broken-characters';
      if (typeof value === 'object' && value !== null)
        for (const item of Object.values(value)) next.push(item);
    }
    level = next;
  }
  return undefined;
};
