/**
 * The building blocks of the contract's fields. Amounts are integers in the currency’s minor unit; times are ISO 8601
 * in UTC.
 */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { refusedAs } from './problem-of.ts';
import { LONGEST_ADDRESS, readMailAddress } from '../mail-address.ts';
import {
  cleanLine,
  cleanProse,
  hasControls,
  hasControlsInProse,
  showsSomething,
  isWellFormed,
} from '../text.ts';

export const id = z.uuid();

export const amount = z.int().min(0).max(LIMITS.amount);

/** The description of a text field in the API document. A test uses it to check that every text follows the rule. */
export const LINE_RULE =
  'One line that shows something. Characters that show nothing or turn the direction are left out, white space is single.';
export const PROSE_RULE =
  'Lines of text, or none. Characters that show nothing or turn the direction are left out.';
export const MAIL_RULE = 'Kept in lower case, its domain in ASCII (Punycode).';

/**
 * A single line of text, cleaned by the rule of domain/text.ts. Every text of a request is this, `prose` or
 * `mailAddress`, or is listed with its reason in api/what-people-type.test.ts.
 */
export const text = (max: number) =>
  z
    .string()
    .overwrite((typed) => typed.trim())
    .refine(isWellFormed, refusedAs({ code: 'malformed_text' }))
    .refine((typed) => !hasControls(typed), refusedAs({ code: 'control_character' }))
    .overwrite(cleanLine)
    .refine(showsSomething, refusedAs({ code: 'empty' }))
    .min(1)
    .max(max)
    .meta({ description: LINE_RULE });

/** Several lines of text, cleaned by the same rule; may be empty. */
export const prose = (max: number) =>
  z
    .string()
    .refine(isWellFormed, refusedAs({ code: 'malformed_text' }))
    .refine((typed) => !hasControlsInProse(typed), refusedAs({ code: 'control_character' }))
    .overwrite(cleanProse)
    .max(max)
    .meta({ description: PROSE_RULE });

/** A deliverable mail address, normalized by domain/mail-address.ts. */
export const mailAddress = z
  .string()
  .overwrite((typed) => readMailAddress(typed) ?? typed)
  .refine((address) => readMailAddress(address) === address, refusedAs({ code: 'not_a_mail_address' }))
  .max(LONGEST_ADDRESS)
  .meta({ format: 'email', description: MAIL_RULE });

export const currency = z.string().length(3);

export const time = z.iso.datetime();

/**
 * The format of the request header `Idempotency-Key`: at least 128 random bits, as a UUID or 22 to 64 URL-safe
 * characters.
 */
export const idempotencyKeySchema = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/);

/** Lists are paginated: `cursor` is the `nextCursor` of the previous page. */
export const pageQuery = {
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSize).optional(),
};

/** The query of a list without filters. */
export const pageQuerySchema = z.strictObject(pageQuery);
export type PageQuery = z.infer<typeof pageQuerySchema>;

/** A page of a list. */
export interface Page<Item> {
  readonly items: Item[];
  readonly nextCursor: string | null;
}

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });
