/** Guests: known by tokens that name a participant and prove it. Nothing is stored for them. */

import { guestTokenOf, readGuestToken } from '../../db/guest-token.ts';
import type { Request } from '../http/context.ts';

const COOKIE = 'sharetab_guest';
const MAX_TOKENS = 20;
const MAX_AGE_MS = 90 * 24 * 3600 * 1000;

export interface Guests {
  /** `<participantId>.<HMAC>`: unguessable, the same every time, valid as long as the secret. */
  tokenFor(participantId: string): string;
  /** The participant a token proves to be, or undefined. Compares in constant time. */
  participantOf(token: string): string | undefined;
  /** The participants that a request's Cookie and Authorization headers prove, each once. */
  participantsOf(headers: { cookie?: string | undefined; authorization?: string | undefined }): string[];
  /** Adds a participant to the browser's cookie; the oldest of more than 20 is forgotten. */
  remember(ctx: Request, participantId: string): void;
}

/** `secure`: the cookie is sent over https alone. */
export function createGuests(options: { secret: string; secure: boolean }): Guests {
  const tokenFor = (participantId: string) => guestTokenOf(options.secret, participantId);
  const participantOf = (token: string) => readGuestToken(options.secret, token);
  const readCookie = (cookie: string | undefined) =>
    valueOf(cookie ?? '', COOKIE)
      .split('~')
      .slice(-MAX_TOKENS)
      .flatMap((token) => participantOf(token) ?? []);

  return {
    tokenFor,
    participantOf,
    participantsOf: ({ cookie, authorization }) => {
      const [, token] = /^Guest (\S+)$/i.exec(authorization ?? '') ?? [];
      const named = token === undefined ? undefined : participantOf(token);
      return [...new Set([...readCookie(cookie), ...(named ? [named] : [])])];
    },
    remember: (ctx, participantId) => {
      const known = readCookie(ctx.get('Cookie')).filter((id) => id !== participantId);
      const kept = [...known, participantId].slice(-MAX_TOKENS);
      ctx.append(
        'Set-Cookie',
        `${COOKIE}=${kept.map(tokenFor).join('~')}; Path=/; Max-Age=${MAX_AGE_MS / 1000}; HttpOnly; SameSite=Lax${options.secure ? '; Secure' : ''}`,
      );
    },
  };
}

function valueOf(cookies: string, name: string): string {
  for (const part of cookies.split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key === name) return value.join('=');
  }
  return '';
}
