import { hash } from 'node:crypto';
import { sizeOf } from '../guard-document.ts';
import type { DocumentLoader, JsonObject } from '../types.ts';
import { type Compiled, compileTemplate } from './compile-template.ts';
import { usesContextsOnBoard, vocabularyOnBoard } from './fixed-names.ts';
import { outline, type Place, readHoles } from './places.ts';
import { type Digest, maxCharacters } from './template.ts';

/** Shapes in use: a handful of certificates, lists and API clients. Each costs a look per document at most. */
const capacity = 64;
/** Shapes that were seen once, or that cannot be compiled. */
const noticeCapacity = 1000;
/** Of the constants of a shape, as JSON. */
const maxShapeCharacters = 50_000;
/** No document of a known shape has more for `guardDocument`: names, constants, values, and what stands between them. */
export const maxKnownCharacters = maxShapeCharacters + maxCharacters + 10_000;

/** The compiled templates of one kind of document, learnt from what the stock library canonicalized. */
export type Templates = {
  /** SHA-256 of the canonical N-Quads of a document of a known shape; nothing where only the stock library can tell. */
  digest(document: JsonObject): Digest | undefined;
  /** The same, and how many objects `guardDocument` counts in it. */
  read(document: JsonObject): { readonly digest: Digest; readonly objects: number } | undefined;
  /** The canonical N-Quads themselves. */
  canonical(document: JsonObject): string | undefined;
  /**
   * Takes notice of a document that the stock library accepted. A shape that comes a second time is compiled, which costs a
   * dozen times what the stock library takes for one document.
   */
  learn(document: JsonObject): Promise<void>;
  /** Never uses this document's shape again. */
  refuse(document: JsonObject): void;
};

/** All documents of a shape have as many objects. */
type Known = Compiled & { readonly objects: number };

export const createTemplates = (documentLoader: DocumentLoader): Templates => {
  /** The last one used stands first. */
  let compiled: readonly Known[] = [];
  const notices = new Map<string, 'seen' | 'refused'>();
  const values: string[] = [];

  const find = (document: JsonObject): Known | undefined => {
    const place = compiled.findIndex(({ root }) => readHoles(root, document, values));
    const found = compiled[place];
    if (found && place > 0) compiled = [found, ...compiled.filter((one) => one !== found)];
    return found;
  };

  const note = (shape: string, notice: 'seen' | 'refused'): void => {
    notices.delete(shape);
    notices.set(shape, notice);
    const [oldest] = notices.keys();
    if (notices.size > noticeCapacity && oldest !== undefined) notices.delete(oldest);
  };

  return {
    digest: (document) => find(document)?.template.digest(values),
    read: (document) => {
      const found = find(document);
      const digest = found?.template.digest(values);
      return found && digest !== undefined ? { digest, objects: found.objects } : undefined;
    },
    canonical: (document) => find(document)?.template.canonical(values),

    learn: async (document) => {
      if (!usesContextsOnBoard(document['@context']) || find(document)) return;
      const shape = outline(document, vocabularyOnBoard().fixedNames);
      if (!shape) return;
      const name = nameOf(shape.root);
      if (!notices.has(name)) return note(name, 'seen');
      if (notices.get(name) === 'refused') return;
      // Noted before the wait: two documents of one shape at once compile it once.
      note(name, 'refused');
      const { objects } = sizeOf(document);
      const one = await compileTemplate(shape, documentLoader);
      if (!one || JSON.stringify(one.root).length > maxShapeCharacters) return;
      notices.delete(name);
      compiled = [{ ...one, objects }, ...compiled].slice(0, capacity);
    },

    refuse: (document) => {
      const found = find(document);
      if (!found) return;
      compiled = compiled.filter((one) => one !== found);
      const shape = outline(document, vocabularyOnBoard().fixedNames);
      if (shape) note(nameOf(shape.root), 'refused');
    },
  };
};

const nameOf = (shape: Place): string => hash('sha256', JSON.stringify(shape), 'base64');
