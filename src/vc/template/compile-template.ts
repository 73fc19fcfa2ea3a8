import jsonld from 'jsonld';
import { boundedSuite } from '../check-json-ld.ts';
import type { DocumentLoader } from '../types.ts';
import { blueprintOf, type HoleOf } from './blueprint.ts';
import { isPlainIri, type Quad, type Term } from './n-quads.ts';
import { closeHoles, documentWith, type Outline, type Place } from './places.ts';
import { createTemplate, type Template } from './template.ts';

/** Those of the stock cryptosuite (`canonize`), without the canonicalization. */
const rdfOptions = {
  base: null,
  safe: true,
  rdfDirection: 'i18n-datatype',
  produceGeneralizedRdf: false,
} as const;

/** Occurs in no document, looks like a plain IRI, and is nothing that JSON-LD or N-Quads would change. */
const marker = 'urn:hole-5d0c7a91-';
const sentinel = (hole: number): string => `${marker}${hole}:`;
const sentinels = new RegExp(`${marker}(\\d+):`, 'g');

/** A shape, and how its canonical form comes about. */
export type Compiled = { readonly root: Place; readonly template: Template };

/**
 * Finds out where each value of a shape ends up: the stock JSON-LD processor reads a document with a sentinel in every
 * hole. A value that does not come out whole, as text or as IRI, is no hole. Nothing when the shape cannot be compiled, or
 * when the template does not give what the stock library gives, for this document and for hostile ones.
 */
export const compileTemplate = async (
  shape: Outline,
  documentLoader: DocumentLoader,
): Promise<Compiled | undefined> => {
  if (JSON.stringify(documentWith(shape.root, shape.values)).includes(marker)) return undefined;
  try {
    // Values that are put back may let others come out otherwise; two rounds settle what can be settled.
    let open = shape;
    for (let round = 0; round < 3; round += 1) {
      const quads = await quadsOf(open, documentLoader);
      const closed = unfitHoles(open, quads);
      if (closed.size === 0) return await proven(open, quads, documentLoader);
      open = closeHoles(open, closed);
    }
  } catch (error) {
    // With sentinels the document is not JSON-LD any more, or has a canonical form only after long search.
    if (!(error instanceof Error)) throw error;
  }
  return undefined;
};

const quadsOf = ({ root, values }: Outline, documentLoader: DocumentLoader): Promise<readonly Quad[]> =>
  jsonld.toRDF(
    documentWith(
      root,
      values.map((_, hole) => sentinel(hole)),
    ) as object,
    {
      ...rdfOptions,
      documentLoader,
    },
  );

const holeOf: HoleOf = ({ value }) => {
  const number = value.startsWith(marker) ? Number(value.slice(marker.length, -1)) : Number.NaN;
  return Number.isInteger(number) && value === sentinel(number) ? number : undefined;
};

const holesWithin = (text: string): readonly number[] =>
  Array.from(text.matchAll(sentinels), ([, number]) => Number(number));

/** Fit is what comes out whole as a subject or an object, always in one form, nowhere else, and is what that form allows. */
const unfitHoles = ({ values }: Outline, quads: readonly Quad[]): ReadonlySet<number> => {
  const forms = formsOf(quads);
  const astray = new Set(quads.flatMap(strayTexts).flatMap(holesWithin));
  const unfit = values.flatMap((value, hole) => {
    const found = forms.get(hole);
    const fits = found?.size === 1 && (found.has('Literal') || isPlainIri(value)) && !astray.has(hole);
    return fits ? [] : [hole];
  });
  return new Set(unfit);
};

/** Where a sentinel must not be: in the middle of a value, in a predicate, a graph, a datatype or a language. */
const strayTexts = ({ subject, predicate, object, graph }: Quad): readonly string[] => [
  ...[subject, object].filter((term) => holeOf(term) === undefined).map(({ value }) => value),
  predicate.value,
  graph.value,
  object.datatype?.value ?? '',
  object.language ?? '',
];

const formsOf = (quads: readonly Quad[]): ReadonlyMap<number, ReadonlySet<Term['termType']>> => {
  const forms = new Map<number, Set<Term['termType']>>();
  for (const term of quads.flatMap(({ subject, object }) => [subject, object])) {
    const hole = holeOf(term);
    if (hole !== undefined) forms.set(hole, (forms.get(hole) ?? new Set()).add(term.termType));
  }
  return forms;
};

/** A template is trusted once it has given what the stock library gives: as the document stands, and for hostile values. */
const proven = async (
  { root, values }: Outline,
  quads: readonly Quad[],
  documentLoader: DocumentLoader,
): Promise<Compiled | undefined> => {
  const forms = formsOf(quads);
  const holes = values.map((_, hole) => (forms.get(hole)?.has('Literal') ? 'text' : 'iri'));
  const blueprint = blueprintOf(quads, holes, holeOf);
  if (!blueprint) return undefined;
  const template = createTemplate(blueprint);
  for (const trial of [values, hostileValues(holes, 0), hostileValues(holes, 1)]) {
    const stock = await boundedSuite.canonize(documentWith(root, trial) as object, {
      documentLoader,
      base: null,
      safe: true,
    });
    if (template.canonical(trial) !== stock) return undefined;
  }
  return { root, template };
};

/** Text that pretends to be syntax, no two alike; of the two kinds that sort differently only one at a time. */
const hostileTexts = [
  [
    '',
    '_:c14n0',
    '@type',
    '"quoted" \\ back',
    'line\nfeed\r\t\b\f',
    'nul \u0000 del \u007f',
    'urn:x:y',
    '\u{1F393}\u{10FFFD}',
  ],
  [
    '" .\n_:c14n1 <urn:p> "',
    '\\u0041',
    '  ',
    'אבג \u202Eabc\u202C',
    '\u0085\u2028',
    'https://x',
    '\uE000\uFFFD',
    'é',
  ],
] as const;

const hostileValues = (holes: readonly ('text' | 'iri')[], trial: 0 | 1): readonly string[] =>
  holes.map((form, hole) => {
    if (form === 'iri')
      return trial === 0 ? `did:trial:${hole}` : `https://trial.example/${97 - hole}?q=%20#${hole}`;
    const texts = hostileTexts[trial];
    const text = texts[hole % texts.length] as string;
    return hole < texts.length ? text : `${text}${hole}`;
  });
