import { hash } from 'node:crypto';
import type { DocumentLoader, JsonObject } from '../types.ts';
import { type Compiled, compileTemplate } from './compile-template.ts';
import { usesContextsOnBoard, vocabularyOnBoard } from './fixed-names.ts';
import { outline, type Place, readHoles } from './places.ts';
import type { Digest } from './template.ts';

/** Shapes in use: a handful of certificates, lists and API clients. Each costs a look per document at most. */
const capacity = 64;
/** Shapes that were seen once, or that cannot be compiled. */
const noticeCapacity = 1000;
/** Of the constants of a shape, as JSON. */
const maxShapeCharacters = 50_000;

/** The compiled templates of one kind of document, learnt from what the stock library canonicalized. */
export type Templates = {
  /** SHA-256 of the canonical N-Quads of a document of a known shape; nothing where only the stock library can tell. */
  digest(document: JsonObject): Digest | undefined;
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

export const createTemplates = (documentLoader: DocumentLoader): Templates => {
  /** The last one used stands first. */
  let compiled: readonly Compiled[] = [];
  const notices = new Map<string, 'seen' | 'refused'>();
  const values: string[] = [];

  const find = (document: JsonObject): Compiled | undefined => {
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
      const one = await compileTemplate(shape, documentLoader);
      if (!one || JSON.stringify(one.root).length > maxShapeCharacters) return;
      notices.delete(name);
      compiled = [one, ...compiled].slice(0, capacity);
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
