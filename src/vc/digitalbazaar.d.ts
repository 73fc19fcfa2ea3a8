/** The few members used here of packages that ship no types. */

declare module '@digitalbazaar/vc' {
  type Loader = (url: string) => Promise<unknown>;
  export function issue(input: {
    credential: object;
    suite: object;
    documentLoader: Loader;
  }): Promise<Record<string, unknown>>;
  export function signPresentation(input: {
    presentation: object;
    suite: object;
    challenge?: string;
    domain?: string;
    documentLoader: Loader;
  }): Promise<Record<string, unknown>>;
  export function verifyCredential(input: {
    credential: object;
    suite: object | readonly object[];
    documentLoader: Loader;
    checkStatus?: (input: object) => Promise<{ verified: boolean }>;
    now?: Date;
  }): Promise<{
    verified: boolean;
    error?: unknown;
    results?: readonly { verified: boolean; proof?: Record<string, unknown>; error?: unknown }[];
  }>;
}

declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: { cryptosuite: object; signer?: object; date?: Date });
    createVerifyData(input: {
      proof: object;
      document: object;
      documentLoader: (url: string) => Promise<unknown>;
    }): Promise<Uint8Array>;
    verifyProof(input: {
      proof: object;
      document: object;
      documentLoader: (url: string) => Promise<unknown>;
    }): Promise<{ verified: boolean; error?: unknown }>;
  }
}

declare module '@digitalbazaar/ed25519-signature-2020' {
  export class Ed25519Signature2020 {
    constructor(options?: {
      signer?: object;
      date?: Date;
      canonizeOptions?: { maxDeepIterations: number };
    });
    createVerifyData(input: {
      proof: object;
      document: object;
      documentLoader: (url: string) => Promise<unknown>;
    }): Promise<Uint8Array>;
    verifyProof(input: {
      proof: object;
      document: object;
      documentLoader: (url: string) => Promise<unknown>;
    }): Promise<{ verified: boolean; error?: unknown }>;
  }
}

declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: {
    readonly name: 'eddsa-rdfc-2022';
    canonize(
      document: object,
      options: {
        documentLoader: (url: string) => Promise<unknown>;
        base: null;
        safe: true;
        maxDeepIterations?: number;
      },
    ): Promise<string>;
  };
}

declare module '@digitalbazaar/eddsa-jcs-2022-cryptosuite' {
  export function createSignCryptosuite(): object;
  export function createVerifyCryptosuite(): object;
}

declare module '@digitalbazaar/cborld' {
  type Loader = (url: string) => Promise<unknown>;
  type TypeTable = ReadonlyMap<string, ReadonlyMap<string, number>>;
  type TypeTableLoader = (question: { registryEntryId: number }) => Promise<TypeTable | undefined>;
  export function encode(input: {
    jsonldDocument: object;
    documentLoader: Loader;
    registryEntryId: number;
    typeTableLoader: TypeTableLoader;
  }): Promise<Uint8Array>;
  export function decode(input: {
    cborldBytes: Uint8Array;
    documentLoader: Loader;
    typeTableLoader: TypeTableLoader;
  }): Promise<unknown>;
}

declare module 'jsonld' {
  const jsonld: {
    toRDF(
      document: object,
      options: {
        documentLoader: (url: string) => Promise<unknown>;
        base: null;
        safe: true;
        rdfDirection: 'i18n-datatype';
        produceGeneralizedRdf: false;
      },
    ): Promise<
      readonly {
        subject: RdfTerm;
        predicate: RdfTerm;
        object: RdfTerm;
        graph: RdfTerm;
      }[]
    >;
  };
  type RdfTerm = {
    termType: 'NamedNode' | 'BlankNode' | 'Literal' | 'DefaultGraph';
    value: string;
    datatype?: { value: string };
    language?: string;
  };
  export default jsonld;
}
