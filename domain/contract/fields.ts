/** What fields of the contract are made of. Amounts are integers in the currency’s minor unit; times are ISO 8601 in UTC. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';

export const id = z.uuid();

export const amount = z.int().min(0).max(LIMITS.amount);

export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f]*$/u, 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

/** Several lines of text; what a database cannot keep is refused. */
export const prose = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/u, 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');

export const currency = z.string().length(3);

export const time = z.iso.datetime();

/** What a request header `Idempotency-Key` must look like: at least 128 random bits, as a UUID or 22 to 64 URL-safe characters. */
export const idempotencyKeySchema = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/);

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
