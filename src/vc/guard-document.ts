import { isObject, type JsonObject } from './types.ts';

/** Credentials are a few kilobytes; a status list of a million entries is 30 kB. */
const maxCharacters = 1_000_000;
const maxNesting = 64;
/** JSON-LD costs over half a millisecond for each: without this bound 400 kB keep a processor busy for 12 s. */
const maxObjects = 1000;

/** Beyond our limits: says nothing about the document. */
export type DocumentLimit = 'too-large' | 'too-deep' | 'too-many-objects';
export type DocumentFault = DocumentLimit | 'not-json' | 'not-an-object' | 'broken-characters';

const limits: readonly DocumentFault[] = [
  'too-large',
  'too-deep',
  'too-many-objects',
] satisfies DocumentLimit[];
export const isLimit = (fault: DocumentFault): fault is DocumentLimit => limits.includes(fault);

export type GuardedDocument =
  | { readonly ok: true; readonly document: JsonObject }
  | { readonly ok: false; readonly reason: DocumentFault };

/**
 * Lets a foreign document in, as text or parsed: at most a million characters of JSON, 64 levels, 1,000 objects, and no
 * unpaired surrogates (different ones would be hashed alike). Nothing behind this guard recurses deeper or reads more.
 */
export const guardDocument = (input: unknown): GuardedDocument => {
  if (typeof input !== 'string') return guardValue(input);
  if (input.length > maxCharacters) return refuse('too-large');
  try {
    return guardValue(JSON.parse(input));
  } catch {
    return refuse('not-json');
  }
};

const refuse = (reason: DocumentFault): GuardedDocument => ({ ok: false, reason });

const guardValue = (value: unknown): GuardedDocument => {
  const fault = faultIn(value);
  if (fault) return refuse(fault);
  return isObject(value) ? { ok: true, document: value } : refuse('not-an-object');
};

/** Level by level, with a list of its own: deep input must not exhaust the call stack of the guard itself. */
const faultIn = (root: unknown): DocumentFault | undefined => {
  const count: Count = { characters: 0, objects: 0, broken: false };
  let level: unknown[] = [root];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxNesting) return 'too-deep';
    const children: unknown[] = [];
    for (const value of level) {
      read(value, count, children);
      if (count.characters > maxCharacters) return 'too-large';
      if (count.objects > maxObjects) return 'too-many-objects';
      if (count.broken) return 'broken-characters';
    }
    level = children;
  }
  return undefined;
};

type Count = { characters: number; objects: number; broken: boolean };

/** What every name and value costs beside its own characters: quotes, commas, brackets. */
const punctuation = 2;

/** Every document that is signed or verified comes by here: plain loops, nothing made on the way. */
const read = (value: unknown, count: Count, children: unknown[]): void => {
  count.characters += punctuation;
  if (typeof value === 'string') readText(value, count);
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) children.push(item);
    return;
  }
  count.objects += 1;
  for (const name of Object.keys(value)) {
    readText(name, count);
    children.push((value as JsonObject)[name]);
  }
};

const readText = (text: string, count: Count): void => {
  count.characters += text.length + punctuation;
  count.broken ||= !text.isWellFormed();
};
