/** A JSON-LD document, or a node of one, as parsed from JSON. Nothing about its members is known yet. */
export type JsonObject = { readonly [member: string]: unknown };

/** What JSON-LD calls a remote document (JSON-LD 1.1 API, 9.2.1), here always answered from memory. */
export type RemoteDocument = {
  contextUrl: null;
  documentUrl: string;
  document: unknown;
  /** Lets jsonld keep the processed context for the life of the process. */
  tag?: 'static';
};

export type DocumentLoader = (url: string) => Promise<RemoteDocument>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON-LD lets one value stand for a list of one. */
export const asList = (value: unknown): readonly unknown[] => {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
};

/** The id of a node given as a URL or as an object with one: an issuer, a verification method, a controller. */
export const idOf = (value: unknown): string | undefined => {
  const id = isObject(value) ? value.id : value;
  return typeof id === 'string' ? id : undefined;
};
