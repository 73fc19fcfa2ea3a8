import type { JsonObject } from '../types.ts';

/**
 * One place in the tree of a JSON document: a constant that must be exactly this, a hole for any text (or for any plain
 * IRI), or a list or object of further places. Names stand in the order of the document.
 */
export type Place =
  | { readonly kind: 'constant'; readonly value: unknown }
  | { readonly kind: 'hole'; readonly index: number }
  | { readonly kind: 'list'; readonly items: readonly Place[] }
  | { readonly kind: 'object'; readonly names: readonly string[]; readonly members: readonly Place[] };

export type Outline = {
  readonly root: Place;
  /** What stands in the holes of the document that was outlined, by index. */
  readonly values: readonly string[];
};

/** Thrown and caught in this file: not JSON, or larger than what repeats. */
class Unsuitable extends Error {}

/** A certificate has a dozen objects and fifty values. */
const maxPlaces = 600;

/**
 * The shape of a document: every text is a hole, but for the contexts, for keywords other than `@value`, and for
 * members of the names in `fixed`, whose meaning depends on the very text. Nothing for what is not plain JSON, is too large, or has
 * contexts of its own.
 */
export const outline = (document: JsonObject, fixed: ReadonlySet<string>): Outline | undefined => {
  const values: string[] = [];
  let places = 0;

  const placeOf = (value: unknown, isFixed: boolean): Place => {
    places += 1;
    if (places > maxPlaces) throw new Unsuitable();
    if (typeof value === 'string') {
      return isFixed ? { kind: 'constant', value } : { kind: 'hole', index: values.push(value) - 1 };
    }
    if (value === null || typeof value === 'boolean' || isPortableNumber(value))
      return { kind: 'constant', value };
    if (Array.isArray(value))
      return { kind: 'list', items: Array.from(value, (item) => placeOf(item, isFixed)) };
    if (!isPlainObject(value) || Object.hasOwn(value, '__proto__')) throw new Unsuitable();
    return objectOf(value);
  };

  const objectOf = (value: JsonObject): Place => {
    const names = Object.keys(value);
    if (value !== document && names.includes('@context')) throw new Unsuitable();
    const isFixed = (name: string): boolean => fixed.has(name) || (name.startsWith('@') && name !== '@value');
    return { kind: 'object', names, members: names.map((name) => placeOf(value[name], isFixed(name))) };
  };

  try {
    return { root: placeOf(document, false), values };
  } catch (error) {
    if (error instanceof Unsuitable) return undefined;
    throw error;
  }
};

/** Others mean another number elsewhere, and are not signed (`assertPortableNumbers`). */
const isPortableNumber = (value: unknown): boolean =>
  typeof value === 'number' && Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0);

const isPlainObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The outline with these holes closed: what stood in them is constant from now on. */
export const closeHoles = ({ root, values }: Outline, closed: ReadonlySet<number>): Outline => {
  const open: string[] = [];
  const close = (place: Place): Place => {
    switch (place.kind) {
      case 'constant':
        return place;
      case 'hole': {
        const value = values[place.index] ?? '';
        return closed.has(place.index)
          ? { kind: 'constant', value }
          : { kind: 'hole', index: open.push(value) - 1 };
      }
      case 'list':
        return { kind: 'list', items: place.items.map(close) };
      case 'object':
        return { ...place, members: place.members.map(close) };
    }
  };
  return { root: close(root), values: open };
};

/** The document of a shape with these values in its holes. */
export const documentWith = (place: Place, values: readonly string[]): unknown => {
  switch (place.kind) {
    case 'constant':
      return place.value;
    case 'hole':
      return values[place.index];
    case 'list':
      return place.items.map((item) => documentWith(item, values));
    case 'object':
      return Object.fromEntries(
        place.names.map((name, i) => [name, documentWith(place.members[i] as Place, values)]),
      );
  }
};

/** Whether a document has exactly this shape; then its values are in `values`, which is written over. */
export const readHoles = (place: Place, value: unknown, values: string[]): boolean => {
  switch (place.kind) {
    case 'constant':
      return Object.is(value, place.value);
    case 'hole':
      if (typeof value !== 'string') return false;
      values[place.index] = value;
      return true;
    case 'list':
      return Array.isArray(value) && readItems(place.items, value, values);
    case 'object':
      return isPlainObject(value) && readMembers(place, value, values);
  }
};

const readItems = (items: readonly Place[], list: readonly unknown[], values: string[]): boolean => {
  if (list.length !== items.length) return false;
  for (let i = 0; i < items.length; i += 1) {
    if (!readHoles(items[i] as Place, list[i], values)) return false;
  }
  return true;
};

const readMembers = (
  { names, members }: Extract<Place, { kind: 'object' }>,
  value: JsonObject,
  values: string[],
): boolean => {
  let place = 0;
  // Nothing that is inherited can be named here: of plain objects that would be of Object.prototype itself.
  for (const name in value) {
    if (name !== names[place] || !readHoles(members[place] as Place, value[name], values)) return false;
    place += 1;
  }
  return place === names.length;
};
