/** The contract of accounts and their roles. */

import { z } from 'zod';
import { ROLES } from '../permissions.ts';
import { mailAddress, pageQuery } from './fields.ts';

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
