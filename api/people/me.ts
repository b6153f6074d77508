import type { Databases } from '../../db/databases.ts';
import { setLanguage } from '../../db/users/people/language.ts';
import { listActions } from '../../domain/permissions.ts';
import type { Handlers } from '../http/route.ts';
import type { Accounts } from './sign-in/auth.ts';

/** `/api/me`: responds with the signed-in person, prolongs her session, and changes her language. */
export function meRoutes(parts: { accounts: Accounts; databases: Pick<Databases, 'users'> }) {
  const { accounts, databases } = parts;
  return {
    'GET /api/me': async ({ ctx }) => {
      const cookie = ctx.get('Cookie');
      if (!cookie.includes('session_token=')) return { status: 200, body: { user: null } };
      const { user, setCookies } = await accounts.refreshSession(cookie);
      for (const setCookie of setCookies) ctx.append('Set-Cookie', setCookie);
      if (!user) return { status: 200, body: { user: null } };
      const { id, name, email, role, emailVerified, language } = user;
      const may = listActions({ role, participantIds: [] });
      return { status: 200, body: { user: { id, name, email, role, emailVerified, language, may } } };
    },
    'PATCH /api/me': async ({ body, user }) => {
      await setLanguage(databases.users, user.id, body.language);
      return { status: 204 };
    },
  } satisfies Partial<Handlers>;
}
