import { loadContext, shippedContexts } from '../document-loader.ts';
import { asList, isObject } from '../types.ts';
import { plainSchemes } from './n-quads.ts';

/** What the contexts on board say about names, wherever and under whatever condition they say it. */
type Vocabulary = {
  /** Names whose values mean terms, or that stand for `@type`: their very text decides what comes out. */
  readonly fixedNames: ReadonlySet<string>;
  /** Contexts under which `http:`, `https:`, `urn:` and `did:` begin IRIs and nothing else. */
  readonly contexts: ReadonlySet<string>;
};

let vocabulary: Vocabulary | undefined;

/** Read once: the contexts are pinned. */
export const vocabularyOnBoard = (): Vocabulary => {
  vocabulary ??= readVocabulary();
  return vocabulary;
};

const readVocabulary = (): Vocabulary => {
  const found = shippedContexts().map(({ url }) => ({ url, definitions: definitionsIn(loadContext(url)) }));
  const all = found.flatMap(({ definitions }) => definitions);
  return {
    fixedNames: new Set(all.filter(([, definition]) => isFixed(definition)).map(([name]) => name)),
    contexts: new Set(found.filter(({ definitions }) => !definitions.some(isScheme)).map(({ url }) => url)),
  };
};

type Definition = readonly [name: string, definition: unknown];

/** Every member at every depth: more than the terms, never fewer. */
const definitionsIn = (value: unknown): readonly Definition[] => {
  if (typeof value !== 'object' || value === null) return [];
  const own: readonly Definition[] = isObject(value) ? Object.entries(value) : [];
  return [...own, ...Object.values(value).flatMap(definitionsIn)];
};

const isFixed = (definition: unknown): boolean =>
  definition === '@type' ||
  (isObject(definition) && (definition['@type'] === '@vocab' || definition['@id'] === '@type'));

const isScheme = ([name]: Definition): boolean => plainSchemes.some((scheme) => scheme === name);

/** Whether the document is read by contexts on board alone, none of them its own. */
export const usesContextsOnBoard = (context: unknown): boolean => {
  const { contexts } = vocabularyOnBoard();
  const used = asList(context);
  return used.length > 0 && used.every((url) => typeof url === 'string' && contexts.has(url));
};
