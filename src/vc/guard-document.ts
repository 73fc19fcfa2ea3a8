import { isObject, type JsonObject } from './types.ts';

/** Credentials are a few kilobytes; a status list of a million entries is 30 kB. */
const maxCharacters = 1_000_000;
const maxNesting = 64;
/** JSON-LD costs over half a millisecond for each: without this bound 400 kB keep a processor busy for 12 s. */
const maxObjects = 1000;
/**
 * A context costs as much as so many objects, and one that is named again as many more: jsonld then goes through all its
 * protected terms once more. A thousand of them kept a processor busy for 33 s.
 */
const contextCost = 50;
const repetitionCost = 200;

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
 * Lets a foreign document in, as text or parsed: at most a million characters of JSON, 64 levels, 1,000 objects (a
 * text in a list counts as one, a context as 50), and no
 * unpaired surrogates (different ones would be hashed alike). Nothing behind this guard recurses deeper or reads more.
 */
export const guardDocument = (input: unknown): GuardedDocument => guardBeside(input, nothing);

/** The same of a part, where so much of the document was counted already. */
export const guardBeside = (input: unknown, beside: DocumentSize): GuardedDocument => {
  if (typeof input !== 'string') return guardValue(input, beside);
  if (input.length > maxCharacters) return refuse('too-large');
  try {
    return guardValue(JSON.parse(input), beside);
  } catch {
    return refuse('not-json');
  }
};

/** How much a document has: characters, punctuation included, and objects, as `guardDocument` counts both. */
export type DocumentSize = { readonly characters: number; readonly objects: number };
const nothing: DocumentSize = { characters: 0, objects: 0 };

const refuse = (reason: DocumentFault): GuardedDocument => ({ ok: false, reason });

const guardValue = (value: unknown, beside: DocumentSize): GuardedDocument => {
  const fault = faultIn(value, { ...beside });
  if (fault) return refuse(fault);
  return isObject(value) ? { ok: true, document: value } : refuse('not-an-object');
};

/** What the guard counts of a document that it lets in. */
export const sizeOf = (document: JsonObject): DocumentSize => {
  const count = { ...nothing };
  faultIn(document, count);
  return count;
};

/** Never deeper than the limit: deep input must not exhaust the call stack of the guard itself. */
const faultIn = (root: unknown, count: Count): DocumentFault | undefined => read(root, 0, count);

type Count = { characters: number; objects: number };

/** What every name and value costs beside its own characters: quotes, commas, brackets. */
const punctuation = 2;

/** Every document that is signed or verified comes by here: nothing is made on the way. */
const read = (value: unknown, depth: number, count: Count): DocumentFault | undefined => {
  if (depth > maxNesting) return 'too-deep';
  count.characters += punctuation;
  if (typeof value === 'string') return readText(value, count);
  if (count.characters > maxCharacters) return 'too-large';
  if (typeof value !== 'object' || value === null) return undefined;
  return Array.isArray(value) ? readItems(value, depth, count) : readMembers(value, depth, count);
};

/** What the contexts of a node cost, in objects. */
const contextsIn = (contexts: unknown): number => {
  if (!Array.isArray(contexts)) return contexts === undefined ? 0 : contextCost;
  let cost = contexts.length * contextCost;
  for (let i = 1; i < contexts.length && cost <= maxObjects; i += 1)
    if (contexts.indexOf(contexts[i]) < i) cost += repetitionCost;
  return cost;
};

const readText = (text: string, count: Count): DocumentFault | undefined => {
  count.characters += text.length + punctuation;
  if (count.characters > maxCharacters) return 'too-large';
  return text.isWellFormed() ? undefined : 'broken-characters';
};

const readItems = (items: readonly unknown[], depth: number, count: Count): DocumentFault | undefined => {
  for (const item of items) {
    // It may be a type, which brings a context of its own, under whatever name.
    if (typeof item === 'string') count.objects += 1;
    if (count.objects > maxObjects) return 'too-many-objects';
    const fault = read(item, depth + 1, count);
    if (fault) return fault;
  }
  return undefined;
};

const readMembers = (value: object, depth: number, count: Count): DocumentFault | undefined => {
  count.objects += 1 + contextsIn((value as JsonObject)['@context']);
  if (count.objects > maxObjects) return 'too-many-objects';
  // Inherited names count as well; what comes of JSON has none.
  for (const name in value) {
    const fault = readText(name, count) ?? read((value as JsonObject)[name], depth + 1, count);
    if (fault) return fault;
  }
  return undefined;
};
