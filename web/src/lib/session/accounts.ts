/** The account calls under /api/auth. All throw ApiError; the session is loaded again by who changes it. */

import { request } from '../api/request.ts';
import { reconnect } from '../live/socket.ts';
import { session } from './session.svelte.ts';

/** Signs in; the cookie then also authenticates the socket, which is opened anew. */
export async function signIn(email: string, password: string): Promise<void> {
  await request('POST', '/api/auth/sign-in/email', { body: { email, password } });
  await session.load();
  reconnect();
}

/**
 * Asks for an account. The answer is the same whether the address has one already: a mail says so, or brings the link
 * after which signing in works.
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

/** Sends a mail with a link to choose a new password; the answer is the same whether the account exists. */
export function requestPasswordReset(email: string): Promise<void> {
  return request('POST', '/api/auth/request-password-reset', {
    body: { email, redirectTo: '/reset-password' },
  });
}

/** Sets a new password with the token of that link. */
export function resetPassword(token: string, newPassword: string): Promise<void> {
  return request('POST', '/api/auth/reset-password', { body: { token, newPassword } });
}
