import { DEMO_ACCOUNTS, DEMO_PASSWORD } from '../../dev/demo/accounts.ts';
import type { Role } from '../../domain/permissions.ts';

/** Signs the demo account of this role in, and returns its Cookie header. */
export async function signIn(apiUrl: string, as: Role): Promise<string> {
  const { email } = DEMO_ACCOUNTS.find(({ role }) => role === as)!;
  const answer = await fetch(`${apiUrl}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: apiUrl },
    body: JSON.stringify({ email, password: DEMO_PASSWORD }),
  });
  if (!answer.ok) throw new Error(`the ${as} cannot sign in: ${await answer.text()}`);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';', 1)[0])
    .join('; ');
}

/** Has the manager let people choose how a tab is settled. */
export async function offerBoth(apiUrl: string): Promise<void> {
  const answer = await fetch(`${apiUrl}/api/settings`, {
    method: 'PATCH',
    headers: {
      'Content-Type': 'application/json',
      Origin: apiUrl,
      Cookie: await signIn(apiUrl, 'manager'),
    },
    body: JSON.stringify({ tabsElsewhere: 'both' }),
  });
  if (!answer.ok) throw new Error(`the manager cannot offer it: ${await answer.text()}`);
}
