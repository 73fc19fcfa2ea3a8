import { createHash } from 'node:crypto';
import { encode } from '@digitalbazaar/cborld';
import { z } from 'zod';
import { canonicalJson } from '../../platform/canonical-json.ts';
import type { DocumentLoader, JsonObject } from '../types.ts';

const format = 'compact-credential-1';
const credentialsContext = 'https://www.w3.org/ns/credentials/v2';

const numbers = z.record(z.string(), z.int().min(1).max(0xffff));
const tableShape = z.strictObject({
  format: z.literal(format),
  registryEntryId: z.int().min(0x8000_0000).max(0xffff_ffff),
  typeTable: z.strictObject({
    context: numbers,
    url: numbers,
    none: numbers,
    'https://w3id.org/security#cryptosuiteString': numbers,
  }),
  dictionary: z.base64().max(8000),
});

/**
 * What writer and reader of compact credentials must share: the numbers that stand for contexts, addresses and words
 * (CBOR-LD 1.0, type tables), and the preset dictionary of the deflate around it (base64; RFC 1951 data may point back
 * into it). `registryEntryId` is the table's name, taken from its content: the first four bytes of the SHA-256 of the
 * canonical JSON of the other members, with the highest bit set, far from the numbers of the public registry. A table
 * therefore never changes; a new key or address makes a new one.
 */
export type CompactTable = z.infer<typeof tableShape>;

/** The content a table is named after. */
type Content = Omit<CompactTable, 'registryEntryId'>;

const nameOf = (content: Content): number => {
  const digest = createHash('sha256').update(canonicalJson(content)).digest();
  return (digest.readUInt32BE(0) | 0x8000_0000) >>> 0;
};

/** A published table as it was read, or nothing when it is none or its name is not that of its content. */
export const readCompactTable = (value: unknown): CompactTable | undefined => {
  const parsed = tableShape.safeParse(value);
  if (!parsed.success) return undefined;
  const { registryEntryId, ...content } = parsed.data;
  return nameOf(content) === registryEntryId ? parsed.data : undefined;
};

/** As the CBOR-LD library takes it. */
export const typeTableOf = ({
  typeTable,
}: Pick<CompactTable, 'typeTable'>): ReadonlyMap<string, ReadonlyMap<string, number>> =>
  new Map(Object.entries(typeTable).map(([type, values]) => [type, new Map(Object.entries(values))]));

type Subject = {
  /** The DID that issues. */
  issuer: string;
  verificationMethod: string;
  /** Under which certificates and status lists have their addresses. */
  baseUrl: string;
};

/** Frequent in names and titles; what stands later is cheaper to point at. */
const words =
  'αβγδεζηθικλμνξοπρστυφχψω АБВГДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЮЯабвгдеєжзиіїйклмнопрстуфхцчшщьюя ' +
  'ăąćčďđęěğįłńňőřśšşťůűųźżž ÀÇÉÈÊÎÔàâäçéèêëíîïñóôöúùûü’ ' +
  'Certificate in Certification Introduction to Fundamentals of Advanced Management and Security for the with ' +
  'Protecting personal data at work Digital Project Health Safety ' +
  'Fondamentaux de la Gestion des Sécurité des Introduction à l’ Numérique pour les avec dans une Projet Santé et ' +
  'Protéger les données personnelles au travail Formation du Jean-Marie ';

/** The bytes that all compact credentials of one issuer have in common: one whole document with empty values. */
const skeleton = (
  { issuer, verificationMethod, baseUrl }: Subject,
  purposes: readonly string[],
): JsonObject => ({
  '@context': [credentialsContext],
  id: `${baseUrl}/v/`,
  type: ['VerifiableCredential'],
  issuer,
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2029-01-01T00:00:00Z',
  name: '',
  credentialSubject: { name: '' },
  credentialStatus: purposes.map((purpose) => ({
    type: 'BitstringStatusListEntry',
    statusPurpose: purpose,
    statusListIndex: '1',
    statusListCredential: `${baseUrl}/status/${purpose}-1`,
  })),
  proof: {
    type: 'DataIntegrityProof',
    created: '2026-01-01T00:00:00Z',
    verificationMethod,
    cryptosuite: 'eddsa-rdfc-2022',
    proofPurpose: 'assertionMethod',
    proofValue: `z${'1'.repeat(64)}`,
  },
});

/** The table of one issuer, key and address. The same input gives the same table. */
export const createCompactTable = async (
  subject: Subject,
  documentLoader: DocumentLoader,
): Promise<CompactTable> => {
  const typeTable: CompactTable['typeTable'] = {
    context: { [credentialsContext]: 1 },
    url: { [subject.issuer]: 1, [subject.verificationMethod]: 2 },
    none: { revocation: 1, suspension: 2 },
    'https://w3id.org/security#cryptosuiteString': { 'eddsa-rdfc-2022': 1 },
  };
  const samples = [['revocation', 'suspension'], ['revocation']].map((purposes) =>
    encode({
      jsonldDocument: skeleton(subject, purposes),
      documentLoader,
      // Any number but those that the library keeps for itself: nothing of the document depends on it.
      registryEntryId: 2,
      typeTableLoader: async () => typeTableOf({ typeTable }),
    }),
  );
  const dictionary = Buffer.concat([Buffer.from(words, 'utf8'), ...(await Promise.all(samples))]).toString(
    'base64',
  );
  const content: Content = { format, typeTable, dictionary };
  return { ...content, registryEntryId: nameOf(content) };
};
