import { SaxesParser } from 'saxes';

/** An element with its place in the file, from 1. `text` is everything it says directly, CDATA included. */
export type XmlElement = {
  name: string;
  attributes: Readonly<Record<string, string>>;
  children: XmlElement[];
  text: string;
  line: number;
};

export type XmlRead = { ok: true; root: XmlElement } | { ok: false; code: string; line: number };

const deepest = 40;
const mostElements = 400_000;

class Refused extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

const textOfBytes = (bytes: Uint8Array): string => {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const declared = /^[^>]*encoding=["']([A-Za-z0-9._-]+)["']/.exec(head)?.[1];
  const encoding = bytes[0] === 0xfe || bytes[0] === 0xff ? 'utf-16' : (declared ?? 'utf-8');
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Refused('not-the-encoding');
  }
};

/**
 * Reads well-formed XML into a tree. A document type is refused whatever it says: with it go entities that grow without
 * end (billion laughs) and entities that read other files (XXE). Only the five entities of XML itself are known.
 */
export const readXml = (bytes: Uint8Array): XmlRead => {
  const parser = new SaxesParser();
  const stack: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  parser.on('doctype', () => {
    throw new Refused('xml-doctype');
  });
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    count += 1;
    if (stack.length > deepest || count > mostElements) throw new Refused('xml-too-big');
    const element: XmlElement = { name, attributes, children: [], text: '', line: parser.line };
    stack.at(-1)?.children.push(element);
    root ??= element;
    stack.push(element);
  });
  parser.on('closetag', () => {
    stack.pop();
  });
  const say = (text: string): void => {
    const open = stack.at(-1);
    if (open) open.text += text;
  };
  parser.on('text', say);
  parser.on('cdata', say);
  try {
    parser.write(textOfBytes(bytes)).close();
  } catch (error) {
    const line = parser.line;
    return error instanceof Refused
      ? { ok: false, code: error.code, line }
      : { ok: false, code: 'xml-broken', line };
  }
  return root ? { ok: true, root } : { ok: false, code: 'xml-broken', line: 1 };
};

export const childOf = (element: XmlElement | undefined, name: string): XmlElement | undefined =>
  element?.children.find((child) => child.name === name);

export const childrenOf = (element: XmlElement | undefined, name: string): XmlElement[] =>
  element?.children.filter((child) => child.name === name) ?? [];
