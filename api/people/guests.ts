/** Guests: known by tokens that name a participant and prove it. Nothing is stored for them. */

import type { AppSecrets } from '../../db/app-keys.ts';
import { guestTokenOf, readGuestToken } from '../../db/guest-token.ts';
import type { Request } from '../http/context.ts';

/** One cookie a participant, so that two first orders at once do not overwrite each other's. */
const COOKIE = 'sharetab_guest_';
/** Over https the name itself binds the cookie to this host alone, and to https. */
const COOKIE_OF_HOST = `__Host-${COOKIE}`;
const MAX_TOKENS = 20;
const MAX_AGE_MS = 90 * 24 * 3600 * 1000;

export interface Guests {
  /** `<participantId>.<HMAC>`: unguessable, the same every time, valid as long as the secret. */
  tokenFor(participantId: string): string;
  /** The participant a token proves to be, or undefined. Compares in constant time. */
  participantOf(token: string): string | undefined;
  /** The participants that a request's Cookie and Authorization headers prove, each once. */
  participantsOf(headers: { cookie?: string | undefined; authorization?: string | undefined }): string[];
  /** Gives the browser a participant's cookie; the oldest of more than 20 is forgotten. */
  remember(ctx: Request, participantId: string): void;
}

/** `secure`: the cookie is sent over https alone. */
export function createGuests(options: { secrets: AppSecrets; secure: boolean }): Guests {
  const tokenFor = (participantId: string) => guestTokenOf(options.secrets, participantId);
  const participantOf = (token: string) => readGuestToken(options.secrets, token);
  const prefix = options.secure ? COOKIE_OF_HOST : COOKIE;
  const readCookies = (cookies: string | undefined) =>
    tokensIn(cookies ?? '', prefix).flatMap((token) => participantOf(token) ?? []);
  const attributes = `; Path=/; HttpOnly; SameSite=Lax${options.secure ? '; Secure' : ''}`;

  return {
    tokenFor,
    participantOf,
    participantsOf: ({ cookie, authorization }) => {
      const [, tokens = ''] = /^Guest (\S+)$/i.exec(authorization ?? '') ?? [];
      // The newest count, and no more are looked at than a browser would have cookies.
      const named = tokens
        .split(',')
        .slice(-MAX_TOKENS)
        .flatMap((token) => participantOf(token) ?? []);
      return [...new Set([...readCookies(cookie), ...named])].slice(-MAX_TOKENS);
    },
    remember: (ctx, participantId) => {
      // Browsers send the oldest first (RFC 6265, 5.4).
      const others = readCookies(ctx.get('Cookie')).filter((id) => id !== participantId);
      for (const oldest of others.slice(0, -(MAX_TOKENS - 1))) {
        ctx.append('Set-Cookie', `${prefix}${oldest}=; Max-Age=0${attributes}`);
      }
      ctx.append(
        'Set-Cookie',
        `${prefix}${participantId}=${tokenFor(participantId)}; Max-Age=${MAX_AGE_MS / 1000}${attributes}`,
      );
    },
  };
}

function tokensIn(cookies: string, prefix: string): string[] {
  return cookies.split(';').flatMap((part) => {
    const [name, ...value] = part.trim().split('=');
    return name!.startsWith(prefix) ? [value.join('=')] : [];
  });
}
