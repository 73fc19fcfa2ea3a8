import type { FieldFault } from '../platform/errors.ts';
import type { JsonObject } from './types.ts';
export const checkShape = (_document: JsonObject): readonly FieldFault[] => [];
