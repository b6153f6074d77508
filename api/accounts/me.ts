import { listActions } from '../../domain/permissions.ts';
import type { Handlers } from '../http/route.ts';
import type { Accounts } from './auth.ts';

/** `GET /api/me`: responds with the signed-in person, and prolongs her session. */
export function meRoutes({ accounts }: { accounts: Accounts }) {
  return {
    'GET /api/me': async ({ ctx }) => {
      const cookie = ctx.get('Cookie');
      if (!cookie.includes('session_token=')) return { status: 200, body: { user: null } };
      const { user, setCookies } = await accounts.refreshSession(cookie);
      for (const setCookie of setCookies) ctx.append('Set-Cookie', setCookie);
      if (!user) return { status: 200, body: { user: null } };
      const { id, name, email, role, emailVerified } = user;
      const may = listActions({ role, participantIds: [] });
      return { status: 200, body: { user: { id, name, email, role, emailVerified, may } } };
    },
  } satisfies Partial<Handlers>;
}
