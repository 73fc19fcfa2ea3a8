/** What a status list of ours can say (Bitstring Status List 1.0, 2.2): withdrawn for good, or for the time being. */
export const statusPurposes = ['revocation', 'suspension'] as const;
export type StatusPurpose = (typeof statusPurposes)[number];

/** Where a status bit of a credential lies (Bitstring Status List 1.0, 2.1). */
export type StatusEntry = { purpose: StatusPurpose; list: string; index: number };

/** An entry with the address under which anybody reads its list. */
export type PublishedEntry = StatusEntry & { listUrl: string };
