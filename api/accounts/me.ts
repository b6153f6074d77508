import { meSchema } from '../../domain/contract/session.ts';
import { defineRoute, type Route } from '../http/route.ts';
import type { Accounts } from './auth.ts';

/** `GET /api/me`: who is signed in; prolongs the session of somebody who comes back. */
export function meRoutes({ accounts }: { accounts: Accounts }): Route[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/me',
      tag: 'Accounts',
      summary: 'The signed-in person, or null',
      who: 'anyone',
      answers: { 200: meSchema },
      handle: async ({ ctx }) => {
        const cookie = ctx.get('Cookie');
        if (!cookie.includes('session_token=')) return { status: 200, body: { user: null } };
        const { user, setCookies } = await accounts.refreshSession(cookie);
        for (const setCookie of setCookies) ctx.append('Set-Cookie', setCookie);
        if (!user) return { status: 200, body: { user: null } };
        const { id, name, email, role, emailVerified } = user;
        return { status: 200, body: { user: { id, name, email, role, emailVerified } } };
      },
    }),
  ];
}
