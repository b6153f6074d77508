import { z } from 'zod';
import { contactSchema } from '../../domain/contract/orders.ts';
import { validate } from '../http/validate.ts';
import { toAlias } from './mail-alias.ts';

const typedSchema = z.looseObject(contactSchema.partial().shape);

/** A body for better-auth, and the address in it. */
export interface AuthBody {
  readonly email: string | undefined;
  readonly json: string;
}

/**
 * What better-auth gets of a body: names and addresses are judged and kept as everywhere else. Throws invalid_request
 * that names the field.
 */
export function readAuthBody(body: unknown): AuthBody {
  const { email, ...rest } = validate(typedSchema, body, 'body');
  return { email, json: JSON.stringify({ ...rest, ...(email !== undefined && { email: toAlias(email) }) }) };
}
