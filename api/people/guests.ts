/** Guests are identified by tokens that name a participant and prove it. The server stores nothing for them. */

import type { AppSecrets } from '../../db/app-keys.ts';
import { guestTokenOf, readGuestToken } from '../../db/guest-token.ts';
import type { Request } from '../http/context.ts';

/** One cookie per participant, so that two concurrent first orders do not overwrite each other's. */
const COOKIE = 'sharetab_guest_';
/** Over HTTPS the name's prefix binds the cookie to this host and to HTTPS. */
const COOKIE_OF_HOST = `__Host-${COOKIE}`;
const MAX_TOKENS = 20;
const MAX_AGE_MS = 90 * 24 * 3600 * 1000;

export interface Guests {
  /** `<participantId>.<HMAC>`: unguessable, deterministic, and valid as long as the secret. */
  tokenFor(participantId: string): string;
  /** Returns the participant that a token proves, or undefined. Compares in constant time. */
  participantOf(token: string): string | undefined;
  /** Returns the participants that a request's Cookie and Authorization headers prove, without duplicates. */
  participantsOf(headers: { cookie?: string | undefined; authorization?: string | undefined }): string[];
  /** Sets a participant's cookie; above 20 cookies the oldest is dropped, unless it is still needed. */
  remember(ctx: Request, participantId: string): Promise<void>;
}

/**
 * `secure`: sends the cookie over HTTPS only. `findNeeded` returns those of these participants whose cookies must not
 * be dropped for others'.
 */
export function createGuests(options: {
  secrets: AppSecrets;
  secure: boolean;
  findNeeded: (participantIds: readonly string[]) => Promise<ReadonlySet<string>>;
}): Guests {
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
      // The newest cookies count, and no more are checked than a browser would keep.
      const named = tokens
        .split(',')
        .slice(-MAX_TOKENS)
        .flatMap((token) => participantOf(token) ?? []);
      return [...new Set([...readCookies(cookie), ...named])].slice(-MAX_TOKENS);
    },
    remember: async (ctx, participantId) => {
      // Browsers send the oldest first (RFC 6265, 5.4).
      const others = readCookies(ctx.get('Cookie')).filter((id) => id !== participantId);
      const surplus = others.length - (MAX_TOKENS - 1);
      const needed = surplus > 0 ? await options.findNeeded(others) : new Set<string>();
      const byNeed = [...others.filter((id) => !needed.has(id)), ...others.filter((id) => needed.has(id))];
      for (const oldest of byNeed.slice(0, Math.max(0, surplus))) {
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
