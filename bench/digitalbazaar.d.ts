/** The one function used here of a package that ships no types. */
declare module '@digitalbazaar/ed25519-multikey' {
  export function from(key: object): Promise<{
    signer(): { id: string; algorithm: string; sign(input: { data: Uint8Array }): Promise<Uint8Array> };
  }>;
}
