export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
type Parent = { [member: string]: Json } | Json[];
type Place = { parent: Parent; key: string | number };

/** A body as it goes over the wire. */
export type Mutant = { how: string; body: Buffer; type: string };

type Chance = () => number;
const pick = <T>(items: readonly T[], chance: Chance): T => items[Math.floor(chance() * items.length)] as T;

const isParent = (value: Json): value is Parent => typeof value === 'object' && value !== null;

/** Deeper than this nothing is changed: the proof itself must not run out of stack. */
const deepest = 40;

const placesIn = (value: Json, depth = 0): Place[] =>
  isParent(value) && depth < deepest
    ? Object.keys(value).flatMap((name) => {
        const key = Array.isArray(value) ? Number(name) : name;
        return [{ parent: value, key }, ...placesIn(read({ parent: value, key }), depth + 1)];
      })
    : [];

const read = ({ parent, key }: Place): Json => (parent as Record<string | number, Json>)[key] as Json;
const write = ({ parent, key }: Place, value: Json): void => {
  (parent as Record<string | number, Json>)[key] = value;
};

const strangeValues: readonly Json[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, '', ' ', 'x', '0', 'null', '__proto__'],
  ...[
    [],
    {},
    [[]],
    [null],
    { '@value': 'x' },
    { '@id': 'https://elsewhere.example/' },
    { id: null },
    { toString: 1 },
  ],
  ...[
    '2026-11-23T12:00:00Z',
    '2026-02-30T00:00:00Z',
    'https://elsewhere.example/a',
    'did:key:z6Mk',
    'urn:x:y',
  ],
  ...[{ $ne: '' }, { $gt: '' }, { constructor: { prototype: {} } }],
];
const strangeTexts = [
  ...[
    '\ud800',
    '\udc00x',
    '\u0000',
    '\u202e',
    '\ufeff',
    '\u{1f600}\ue000',
    'e\u0301',
    '\\u0041',
    '"}',
    "'",
    '%00',
    '../../',
  ],
];
const strangeContexts: readonly Json[] = [
  ...[
    'https://www.w3.org/ns/credentials/v2',
    'https://www.w3.org/2018/credentials/v1',
    'https://elsewhere.example/c',
  ],
  ...[
    { '@vocab': 'https://elsewhere.example/#' },
    { id: '@type' },
    { '@import': 'https://elsewhere.example/c' },
    7,
    null,
  ],
];

const nested = (depth: number, value: Json, asObject: boolean): Json => {
  let result = value;
  for (let level = 0; level < depth; level += 1) result = asObject ? { x: result } : [result];
  return result;
};

/** A mutant may have a member `toString` of its own. */
const textOf = (value: unknown): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

/** Changes one place of a document. Each knows what it is called in a report. */
const structural: Record<string, (place: Place, chance: Chance, others: readonly Json[]) => void> = {
  retype: (place, chance) => write(place, structuredClone(pick(strangeValues, chance))),
  drop: ({ parent, key }) => {
    if (Array.isArray(parent)) parent.splice(Number(key), 1);
    else delete parent[key];
  },
  duplicate: ({ parent, key }) => {
    const value = structuredClone(read({ parent, key }));
    if (Array.isArray(parent)) parent.push(value);
    else parent[key] = [value, structuredClone(value)];
  },
  wrap: (place, chance) => {
    const value = read(place);
    write(
      place,
      pick([[value], { '@value': value }, { id: value }, [[value]], { '@list': [value] }], chance),
    );
  },
  nest: (place, chance) => write(place, nested(pick([5, 70, 1000], chance), read(place), chance() < 0.5)),
  huge: (place, chance) => write(place, 'a'.repeat(pick([5000, 120_000, 1_200_000], chance))),
  many: (place, chance) => {
    const size = JSON.stringify(read(place) ?? null).length + 1;
    const count = Math.min(pick([20, 300, 2000], chance), Math.ceil(2_000_000 / size));
    write(
      place,
      Array.from({ length: count }, () => structuredClone(read(place))),
    );
  },
  rename: (place, chance) => {
    const { parent, key } = place;
    if (Array.isArray(parent)) return;
    const value = read(place);
    delete parent[key];
    parent[
      pick(
        [`${key}x`, String(key).toUpperCase(), 'constructor', '@id', 'https://elsewhere.example/x'],
        chance,
      )
    ] = value;
  },
  unicode: (place, chance) => write(place, `${textOf(read(place))}${pick(strangeTexts, chance)}`),
  flip: (place, chance) => {
    const text = textOf(read(place));
    const at = Math.floor(chance() * text.length);
    write(place, `${text.slice(0, at)}${pick(['A', 'z', 'u', 'm', '0', ''], chance)}${text.slice(at + 1)}`);
  },
  swap: (place, chance, others) => {
    const same = others.flatMap((other) => placesIn(other)).filter(({ key }) => key === place.key);
    if (same.length > 0) write(place, structuredClone(read(pick(same, chance))));
  },
  add: ({ parent }, chance) => {
    if (!Array.isArray(parent))
      parent[pick(['x', 'proof', 'id', '@graph', '@included', 'expires'], chance)] = 'x';
  },
};

const documentWide: Record<string, (root: { [member: string]: Json }, chance: Chance) => void> = {
  contexts: (root, chance) => {
    const holders = [root, ...placesIn(root).map(read)].filter(
      (value): value is { [member: string]: Json } => isParent(value) && Object.hasOwn(value, '@context'),
    );
    const holder = holders.length > 0 ? pick(holders, chance) : root;
    const contexts = [holder['@context'] ?? []].flat() as Json[];
    contexts.splice(
      Math.floor(chance() * (contexts.length + 1)),
      chance() < 0.3 ? 1 : 0,
      pick(strangeContexts, chance),
    );
    holder['@context'] = contexts;
  },
};

/** Changes what goes over the wire, after it was written down. */
const textual: Record<string, (text: string, chance: Chance) => { body: Buffer; type?: string }> = {
  truncated: (text, chance) => ({ body: Buffer.from(text.slice(0, Math.floor(chance() * text.length))) }),
  'invalid UTF-8': (text, chance) => {
    const bytes = Buffer.from(text);
    bytes[Math.floor(chance() * bytes.length)] = 0xff;
    return { body: bytes };
  },
  __proto__: (text, chance) => {
    const braces = [...text.matchAll(/\{/g)].map(({ index }) => index + 1);
    const at = pick(braces.length > 0 ? braces : [0], chance);
    const member = pick(
      ['"__proto__":{"id":"x"},', '"__proto__":null,', '"constructor":{"prototype":{"x":1}},'],
      chance,
    );
    return { body: Buffer.from(text.slice(0, at) + member + text.slice(at)) };
  },
  'double member': (text) => ({ body: Buffer.from(text.replace(/("[^"]+"):/, '$1:null,$1:')) }),
  'byte order mark': (text) => ({ body: Buffer.from(`\ufeff${text}`) }),
  'wrong type': (text, chance) => ({
    body: Buffer.from(text),
    type: pick(
      ['text/plain', 'application/xml', 'multipart/form-data', 'application/json; charset=utf-7', 'x'],
      chance,
    ),
  }),
  empty: () => ({ body: Buffer.alloc(0) }),
};

/** One mutant of a JSON body: one to three structural changes, or one to its text. */
export const mutateJson = (original: Json, others: readonly Json[], chance: Chance): Mutant => {
  const root = structuredClone(original);
  const how: string[] = [];
  const kinds = Object.keys(structural);
  const type = 'application/json';
  if (chance() < 0.15) {
    const name = pick(Object.keys(textual), chance);
    return { how: name, type, ...textual[name]?.(JSON.stringify(root), chance) } as Mutant;
  }
  for (let rounds = 1 + Math.floor(chance() * 3); rounds > 0; rounds -= 1) {
    const name = chance() < 0.1 ? 'contexts' : pick(kinds, chance);
    how.push(name);
    if (name === 'contexts') documentWide.contexts?.(root as { [member: string]: Json }, chance);
    else structural[name]?.(pick(placesIn(root), chance) ?? { parent: [root], key: 0 }, chance, others);
  }
  return { how: how.join(', '), body: Buffer.from(JSON.stringify(root)), type };
};

/** One mutant of a form. */
export const mutateForm = (original: Readonly<Record<string, string>>, chance: Chance): Mutant => {
  const pairs = Object.entries(original);
  const at = Math.floor(chance() * pairs.length);
  const [name = '', value = ''] = pairs[at] ?? [];
  const changes: Record<string, () => void> = {
    drop: () => pairs.splice(at, 1),
    duplicate: () => pairs.push([name, value]),
    retype: () => pairs.splice(at, 1, [name, pick(['', '0', '[]', '{"$ne":""}', 'password', ' '], chance)]),
    list: () => pairs.splice(at, 1, [`${name}[$ne]`, value]),
    huge: () => pairs.splice(at, 1, [name, 'a'.repeat(pick([2000, 20_000, 900_000], chance))]),
    unicode: () => pairs.splice(at, 1, [name, value + pick(strangeTexts, chance)]),
    flip: () => pairs.splice(at, 1, [name, value.slice(0, -1) + pick(['A', 'b', '%'], chance)]),
    add: () => pairs.push([pick(['x', '__proto__', 'constructor', 'client_assertion'], chance), 'x']),
  };
  const how = pick(Object.keys(changes), chance);
  changes[how]?.();
  const text = new URLSearchParams(pairs).toString();
  const type = 'application/x-www-form-urlencoded';
  if (chance() < 0.8) return { how, body: Buffer.from(text), type };
  const wire = pick(['truncated', 'invalid UTF-8', 'wrong type', 'empty'], chance);
  return { how: `${how}, ${wire}`, type, ...textual[wire]?.(text, chance) } as Mutant;
};
