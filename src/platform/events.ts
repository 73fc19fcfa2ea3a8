import { randomUUID } from 'node:crypto';
import type { z } from 'zod';

/**
 * Something that happened to one subject, in the past tense. The payload carries ids and dates, never personal data: it
 * stays in queues and logs after the person is gone.
 */
export type EventKind<P = unknown> = { readonly name: string; readonly payload: z.ZodType<P> };

export type EventRecord<P = unknown> = {
  readonly id: string;
  readonly name: string;
  readonly at: Date;
  readonly payload: P;
};

export const defineEvent = <S extends z.ZodType>(name: string, payload: S): EventKind<z.infer<S>> =>
  ({ name, payload }) as EventKind<z.infer<S>>;

/**
 * An event ready to ride in the `outbox` of the document that changed (see `database/outbox.ts`).
 * @throws ZodError when the payload is not what the kind declares: a fault of ours, found by the first test.
 */
export const eventOf = <P>(kind: EventKind<P>, payload: P, at: Date): EventRecord<P> => ({
  id: randomUUID(),
  name: kind.name,
  at,
  payload: kind.payload.parse(payload),
});
