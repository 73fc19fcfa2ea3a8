import type { Request, Response } from 'express';
import { z } from 'zod';
import { contextOf } from '../../platform/http/context.ts';
import { validate } from '../../platform/http/validate.ts';

/** Where an attempt lies, and from which window it is asked for. */

export const attemptIdOf = (request: Request): string => String(request.params.attemptId);

/** The window is named by the address, so that it survives a reload, a new sign-in and a change of language. */
export const sittingOf = (request: Request): string => {
  const given = request.query.sitting;
  return typeof given === 'string' ? given : '';
};

export const addressOf = (request: Request, response: Response, rest = ''): string =>
  `/${contextOf(response).language}/learn/attempts/${attemptIdOf(request)}${rest}`;

export const inWindow = (sitting: string): string => `?sitting=${encodeURIComponent(sitting)}`;

const action = z.string().regex(/^(save|review|next|previous|go-\d{1,3})$/);
const texts = z.union([z.string(), z.array(z.string())]);

const control = z.object({
  sitting: z.string().max(64).default(''),
  base: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
  action: action.default('save'),
  later: texts.default([]),
});

/** What a form of questions says beside its answers. */
export type Control = { sitting: string; base: number; action: string; later: readonly number[] };

/**
 * Takes a form of questions apart: what steers, and the answers.
 * @throws DomainError `invalid-input` (422)
 */
export const readQuestionForm = (body: unknown): { control: Control; fields: Record<string, unknown> } => {
  const { sitting, base, action: wanted, later, ...fields } = (body ?? {}) as Record<string, unknown>;
  const read = validate(control, { sitting, base, action: wanted, later });
  return { control: { ...read, later: [read.later].flat().map(Number) }, fields };
};
