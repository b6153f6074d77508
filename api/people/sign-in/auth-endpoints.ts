/** The endpoints below /api/auth that the product uses. No other endpoint of better-auth is reachable. */

import { z } from 'zod';
import { contactSchema } from '../../../domain/contract/orders.ts';
import type { AccountLimitName } from './account-limits.ts';

const MAX_PASSWORD_LENGTH = 128;
const { email, name } = contactSchema.shape;
const newPassword = z.string().min(8).max(MAX_PASSWORD_LENGTH);
const token = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[\w.-]+$/);

/** The two pages that links in our mails lead to. Links cannot lead anywhere else. */
export const VERIFIED_PAGE = '/verified';
const RESET_PAGE = '/reset-password';
const verifiedPage = z.literal(VERIFIED_PAGE).default(VERIFIED_PAGE);
const resetPage = z.literal(RESET_PAGE).default(RESET_PAGE);

/** An endpoint. Fields outside its schema do not reach better-auth. */
export interface AuthEndpoint {
  readonly method: 'GET' | 'POST';
  /** The exact path below /api/auth. A final `:token` matches part of any name. */
  readonly path: string;
  /** Schema of the query or the body. */
  readonly input: z.ZodType<Record<string, unknown>>;
  readonly limit?: AccountLimitName;
  /** The endpoint hashes a password on every call. */
  readonly hashes?: true;
  /** Delays the response so that its timing does not reveal whether the account exists. */
  readonly evenly?: true;
  /** Only some accounts get a mail. */
  readonly mailsSome?: true;
  /** The request may end sessions. */
  readonly endsSessions?: true;
}

export const AUTH_ENDPOINTS = [
  {
    method: 'POST',
    path: '/sign-up/email',
    input: z.object({
      name,
      email,
      password: newPassword,
      callbackURL: verifiedPage,
    }),
    limit: 'signUp',
    hashes: true,
    evenly: true,
  },
  {
    method: 'POST',
    path: '/sign-in/email',
    input: z.object({
      email,
      password: z.string().max(MAX_PASSWORD_LENGTH),
      rememberMe: z.boolean().optional(),
    }),
    limit: 'signIn',
    hashes: true,
    evenly: true,
  },
  { method: 'POST', path: '/sign-out', input: z.object({}), endsSessions: true },
  {
    method: 'POST',
    path: '/request-password-reset',
    input: z.object({ email, redirectTo: resetPage }),
    limit: 'resetPassword',
    evenly: true,
    mailsSome: true,
  },
  {
    method: 'GET',
    path: '/reset-password/:token',
    input: z.object({ callbackURL: resetPage }),
    limit: 'useResetLink',
  },
  {
    method: 'POST',
    path: '/reset-password',
    input: z.object({ token, newPassword }),
    limit: 'useResetLink',
    hashes: true,
    endsSessions: true,
  },
  {
    method: 'POST',
    path: '/send-verification-email',
    input: z.object({ email, callbackURL: verifiedPage }),
    limit: 'verificationMail',
    evenly: true,
    mailsSome: true,
  },
  { method: 'GET', path: '/verify-email', input: z.object({ token, callbackURL: verifiedPage }) },
] as const satisfies readonly AuthEndpoint[];

/**
 * Finds the endpoint for a path below /api/auth by exact match. Returns it with the path to request from better-auth.
 */
export function findEndpoint(
  method: string,
  path: string,
): { endpoint: AuthEndpoint; path: string } | undefined {
  for (const endpoint of AUTH_ENDPOINTS) {
    if (endpoint.method !== method) continue;
    if (endpoint.path === path) return { endpoint, path };
    const [start, isPattern] = endpoint.path.split(':');
    const rest = isPattern !== undefined && path.startsWith(start!) ? path.slice(start!.length) : '';
    if (/^[\w-]{1,200}$/.test(rest)) return { endpoint, path };
  }
  return undefined;
}
