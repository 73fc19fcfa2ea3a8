/** What `programs/fill-attempts.ts` answers: how each question discriminates, by the textbook from every response. */
export type Filled = { responses: number; discriminations: Readonly<Record<string, number>> };
