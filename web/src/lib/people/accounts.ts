/** The account calls below /api/auth. All throw ApiError; callers reload the session. */

import { request } from '../api/request.ts';
import { reconnect } from '../live/socket.ts';
import { session } from './session.svelte.ts';

/** Signs in. The socket reconnects, so that the cookie authenticates it, too. */
export async function signIn(email: string, password: string): Promise<void> {
  await request('POST', '/api/auth/sign-in/email', { body: { email, password } });
  await session.load();
  reconnect();
}

/**
 * Requests an account. The response is the same whether or not the address has one: the mail says so, or has the link
 * that confirms it.
 */
export function signUp(name: string, email: string, password: string): Promise<void> {
  return request('POST', '/api/auth/sign-up/email', { body: { name, email, password } });
}

export async function signOut(): Promise<void> {
  await request('POST', '/api/auth/sign-out', { body: {} });
  session.leave();
  await session.load();
  reconnect();
}

/** Sends a mail with a link to choose a new password; the response is the same whether or not the account exists. */
export function requestPasswordReset(email: string): Promise<void> {
  return request('POST', '/api/auth/request-password-reset', {
    body: { email, redirectTo: '/reset-password' },
  });
}

/** Sets a new password with the token of that link. */
export function resetPassword(token: string, newPassword: string): Promise<void> {
  return request('POST', '/api/auth/reset-password', { body: { token, newPassword } });
}
