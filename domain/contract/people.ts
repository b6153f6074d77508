/** The contract of people: the signed-in one, and who works for the shop. */

import { z } from 'zod';
import { LANGUAGES } from '../../messages/compiled/languages.ts';
import { ACTION_NAMES, ROLES } from '../permissions.ts';
import { mailAddress, pageQuery } from './fields.ts';

/** `GET /api/me`: the signed-in account, or null. */
export const meSchema = z.strictObject({
  user: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      role: z.enum(ROLES),
      emailVerified: z.boolean(),
      /** Her permissions in the shop, and, by her role alone, on any order. */
      may: z.array(z.enum(ACTION_NAMES)),
      /** The language of her pages and mails; null until it is known. */
      language: z.enum(LANGUAGES).nullable(),
    })
    .nullable(),
});

/** `PATCH /api/me`: changes the signed-in account. */
export const changeMeSchema = z.strictObject({ language: z.enum(LANGUAGES) });

export type Me = z.infer<typeof meSchema>;

export const personSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  emailVerified: z.boolean(),
  role: z.enum(ROLES),
});
export type PersonWithRole = z.infer<typeof personSchema>;

/**
 * `GET /api/people?email=&cursor=&limit=`: lists staff; with `email`, the account with that address, whatever its role.
 */
export const peopleQuerySchema = z.strictObject({ email: mailAddress.optional(), ...pageQuery });

/** `PATCH /api/people/:account`. */
export const changePersonSchema = z.strictObject({ role: z.enum(ROLES) });

export const personAnswer = z.strictObject({ person: personSchema });
