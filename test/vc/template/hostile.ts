import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../src/vc/index.ts';

/** Chance that can be repeated: the same seed gives the same numbers. */
export type Chance = { below(limit: number): number; of<Item>(items: readonly Item[]): Item };

export const createChance = (seed: number | string): Chance => {
  let [block, used, count] = [Buffer.alloc(0), 0, 0];
  const word = (): number => {
    if (used + 4 > block.length) {
      block = createHash('sha512').update(`${seed}:${count}`).digest();
      [used, count] = [0, count + 1];
    }
    used += 4;
    return block.readUInt32BE(used - 4);
  };
  const below = (limit: number): number => word() % limit;
  return { below, of: (items) => items[below(items.length)]! };
};

/** Text that looks like the syntax it is put into, or that other programs would tidy up. */
const awkward = [
  '',
  ' ',
  '"',
  '\\',
  '\\u0041',
  '"quoted" \\ back\\',
  'line\nfeed',
  'carriage\r\nreturn',
  '\u0000',
  '\b\t\v\f\u001b\u007f',
  '\u0085\u00a0\u2028\u2029',
  '" .\n_:c14n0 <urn:p> "x',
  '_:c14n0',
  '@type',
  '@value',
  'type',
  'urn:x:y',
  'https://example.org/a b',
  '2026-03-01T10:00:00Z',
  '<b>&amp;</b>',
  'مرحبا \u202eabc\u202c',
  'e\u0301 é',
  '\ufeff',
  '\ufffd',
  '\ufffe\uffff',
  '\u{1f393}\u{1f1eb}\u{1f1f7}',
  '\u{10ffff}',
  'ﬁ！',
] as const;

const lengths = [1, 1, 2, 5, 20, 200] as const;

/** A character of any plane, lone surrogates left out. */
const character = (chance: Chance): string => {
  const plane = chance.below(4) === 0 ? chance.below(17) : 0;
  const unit = chance.below(3) === 0 ? chance.below(0x300) : chance.below(0x10000);
  const codePoint = plane * 0x10000 + unit;
  return codePoint >= 0xd800 && codePoint < 0xe000 ? 'x' : String.fromCodePoint(codePoint);
};

export const hostileText = (chance: Chance): string =>
  chance.below(3) === 0
    ? chance.of(awkward)
    : Array.from({ length: chance.of(lengths) }, () => character(chance)).join('');

export const hostileIri = (chance: Chance): string =>
  chance.of([
    () => `https://certificates.example/v/${chance.below(1e9)}`,
    () =>
      `https://certificates.example/${encodeURIComponent(hostileText(chance).slice(0, 9).toWellFormed())}#${chance.below(99)}`,
    () => `urn:uuid:6f6d4ca1-6f3a-4a06-9a0e-${String(chance.below(1e9)).padStart(12, '0')}`,
    () => `did:example:${chance.below(1e9)}`,
    () => `https://é.example/ü?${chance.below(99)}`,
    () => `relative/${chance.below(99)}`,
    () => `mailto:somebody${chance.below(99)}@example.org`,
    () => `xsd:${chance.below(99)}`,
    () => `https://certificates.example/{${chance.below(9)}}|`,
  ])();

/** A date as `validFrom` takes it. */
export const anyDate = (chance: Chance): string => {
  const at = new Date(
    Date.UTC(1970 + chance.below(100), chance.below(12), 1 + chance.below(28), chance.below(24)),
  );
  const text = at.toISOString();
  return chance.of([`${text.slice(0, 19)}Z`, text, `${text.slice(0, 19)}+02:00`]);
};

/** A copy in which this was done to the value at one place, picked by chance among all places. */
const changedSomewhere = (
  document: JsonObject,
  chance: Chance,
  change: (holder: Record<string, unknown>, name: string) => void,
): JsonObject => {
  const copy = structuredClone(document) as Record<string, unknown>;
  const places: [Record<string, unknown>, string][] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const name of Object.keys(value)) {
      places.push([value as Record<string, unknown>, name]);
      collect((value as Record<string, unknown>)[name]);
    }
  };
  collect(copy);
  const [holder, name] = chance.of(places);
  change(holder, name);
  return copy;
};

type Mutation = (document: JsonObject, chance: Chance) => JsonObject;

const at =
  (change: (holder: Record<string, unknown>, name: string, chance: Chance) => void): Mutation =>
  (document, chance) =>
    changedSomewhere(document, chance, (holder, name) => change(holder, name, chance));

/** What somebody might do to a credential, or a program on its way; some of it changes nothing that is signed. */
export const mutations: Readonly<Record<string, Mutation>> = {
  'another text': at((holder, name, chance) => {
    if (typeof holder[name] === 'string') holder[name] = hostileText(chance);
  }),
  'one character more': at((holder, name, chance) => {
    if (typeof holder[name] === 'string') holder[name] += chance.of([' ', '\u200b', 'a', '\ud800', '"']);
  }),
  'another IRI': at((holder, name, chance) => {
    if (typeof holder[name] === 'string' && holder[name].includes(':')) holder[name] = hostileIri(chance);
  }),
  removed: at((holder, name) => {
    if (Array.isArray(holder)) holder.splice(Number(name), 1);
    else delete holder[name];
  }),
  added: at((holder, name, chance) => {
    const value = holder[name];
    const target = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : holder;
    const added = chance.of([
      'id',
      'name',
      'type',
      '@id',
      '@type',
      '@language',
      'description',
      'tag',
      'grade',
      '@context',
    ]);
    if (!Array.isArray(target))
      (target as Record<string, unknown>)[added] ??= chance.of(['x', 'urn:a:b', {}, [], null, 1]);
  }),
  __proto__: at((holder, name) => {
    const value = holder[name];
    const target = typeof value === 'object' && value !== null ? value : holder;
    Object.defineProperty(target, '__proto__', {
      value: { name: 'hidden' },
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }),
  wrapped: at((holder, name) => {
    holder[name] = [holder[name]];
  }),
  unwrapped: at((holder, name) => {
    if (Array.isArray(holder[name]) && holder[name].length === 1) holder[name] = holder[name][0];
  }),
  'said twice': at((holder, name) => {
    holder[name] = [holder[name], holder[name]].flat();
  }),
  'as a value object': at((holder, name) => {
    if (typeof holder[name] === 'string') holder[name] = { '@value': holder[name] };
  }),
  'as a node': at((holder, name) => {
    if (typeof holder[name] === 'string') holder[name] = { id: holder[name] };
  }),
  'another type of value': at((holder, name, chance) => {
    holder[name] = chance.of([null, true, false, 0, -0, 1.5, 1e21, '', [], {}, String(holder[name])]);
  }),
  'members in another order': at((holder, name) => {
    const value = holder[name];
    if (typeof value !== 'object' || value === null) return;
    holder[name] = Array.isArray(value)
      ? value.toReversed()
      : Object.fromEntries(Object.entries(value).reverse());
  }),
  'two places exchanged': (document, chance) => {
    let first: { holder: Record<string, unknown>; name: string } | undefined;
    const marked = changedSomewhere(document, chance, (holder, name) => {
      first = { holder, name };
    });
    const places: [Record<string, unknown>, string][] = [];
    const collect = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [name, item] of Object.entries(value)) {
        if (typeof item === typeof first?.holder[first.name])
          places.push([value as Record<string, unknown>, name]);
        collect(item);
      }
    };
    collect(marked);
    const [holder, name] = chance.of(places);
    // Not into itself: JSON has no circles.
    if (!first || typeof holder[name] === 'object') return marked;
    [holder[name], first.holder[first.name]] = [first.holder[first.name], holder[name]];
    return marked;
  },
  'one id for two nodes': (document, chance) => {
    const ids: string[] = [];
    JSON.stringify(document, (name, value: unknown) => {
      if (name === 'id' && typeof value === 'string') ids.push(value);
      return value;
    });
    return changedSomewhere(document, chance, (holder, name) => {
      if (name === 'id') holder[name] = chance.of(ids);
      else if (typeof holder[name] === 'object' && holder[name] !== null && !Array.isArray(holder[name]))
        (holder[name] as Record<string, unknown>).id = chance.of(ids);
    });
  },
  'other proof options': (document, chance) => {
    const copy = structuredClone(document) as { proof: Record<string, unknown> | Record<string, unknown>[] };
    const proof = chance.of([copy.proof].flat());
    const name = chance.of([
      'created',
      'cryptosuite',
      'expires',
      'domain',
      'proofPurpose',
      'type',
      'id',
      'previousProof',
      '@context',
      'nonce',
    ]);
    proof[name] = chance.of([
      '2026-03-01T10:00:01Z',
      '2099-01-01T00:00:00Z',
      'urn:uuid:1',
      'assertionMethod',
      'authentication',
      'eddsa-rdfc-2022',
      'Ed25519Signature2020',
      'x',
    ]);
    return copy as JsonObject;
  },
  'proofs of another order or number': (document, chance) => {
    const { proof, ...rest } = structuredClone(document);
    const proofs = [proof].flat();
    return {
      ...rest,
      proof: chance.of([proofs.toReversed(), proofs.slice(0, 1), [...proofs, proofs[0]], proofs[0]]),
    };
  },
};
