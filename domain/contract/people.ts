/** The contract of people: the signed-in one, and who works for the shop. */

import { z } from 'zod';
import { LANGUAGES } from '../../messages/compiled/languages.ts';
import { ACTION_NAMES, ROLES } from '../permissions.ts';
import { LONGEST_ADDRESS } from '../mail-address.ts';
import { mailAddress, pageQuery, text, time } from './fields.ts';

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
  /** In how many browsers she is signed in. */
  sessions: z.int().min(0),
});
export type PersonWithRole = z.infer<typeof personSchema>;

/**
 * `GET /api/people?q=&email=&cursor=&limit=`: lists staff by name. With `q`, all accounts whose name or address contains
 * it; with `email`, the account with that address; both whatever their role.
 */
export const peopleQuerySchema = z.strictObject({
  q: text(LONGEST_ADDRESS).optional(),
  email: mailAddress.optional(),
  ...pageQuery,
});

/** `PATCH /api/people/:account`. */
export const changePersonSchema = z.strictObject({ role: z.enum(ROLES) });

export const personAnswer = z.strictObject({ person: personSchema });

/** `POST /api/people/:account/sign-out`. */
export const signedOutAnswer = z.strictObject({
  /** How many sessions this ended. */
  ended: z.int().min(0),
});

/** `GET /api/people/changes`: the history of accounts, newest first. */
export const peopleChangeSchema = z.strictObject({
  /** Rises with every change. */
  id: z.string(),
  at: time,
  /** The name of the admin; null if that account is gone, or if it was a command of the operator. */
  by: z.string().nullable(),
  byCommand: z.boolean(),
  /** The name of the person it was done to; null if that account is gone. */
  person: z.string().nullable(),
  change: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('role_changed'), from: z.enum(ROLES), to: z.enum(ROLES) }),
    z.strictObject({ type: z.literal('signed_out'), sessions: z.int() }),
  ]),
});
export type PeopleChange = z.infer<typeof peopleChangeSchema>;
