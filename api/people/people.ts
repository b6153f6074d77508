/** The caller: a signed-in person, a guest, both, or nobody. */

import type { Role } from '../../domain/permissions.ts';
import type { Language } from '../../messages/compiled/languages.ts';
import type { Request } from '../http/context.ts';
import type { Guests } from './guests.ts';

export interface SignedIn {
  readonly id: string;
  readonly sessionId: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: Role;
  /** Null until it is known. */
  readonly language: Language | null;
}

export interface Person {
  readonly user: SignedIn | null;
  /** Participants that her guest tokens prove. */
  readonly participantIds: readonly string[];
}

export interface Credentials {
  readonly cookie?: string | undefined;
  readonly authorization?: string | undefined;
}

export interface People {
  /** Returns the person behind a request. Queries the users database once, and only if there is a session cookie. */
  identify(ctx: Request): Promise<Person>;
  /** Like `identify`, for anything with headers, such as a socket's handshake. */
  identifyBy(credentials: Credentials): Promise<Person>;
}

/** `readSession` returns the signed-in person of a Cookie header, or null. */
export function createPeople(options: {
  guests: Guests;
  readSession: (cookie: string) => Promise<SignedIn | null>;
}): People {
  const identifyBy = async ({ cookie, authorization }: Credentials): Promise<Person> => ({
    user: cookie?.includes('session_token=') ? await options.readSession(cookie) : null,
    participantIds: options.guests.participantsOf({ cookie, authorization }),
  });
  return {
    identifyBy,
    identify: (ctx) =>
      (ctx.state.person ??= identifyBy({
        cookie: ctx.req.headers.cookie,
        authorization: ctx.req.headers.authorization,
      })),
  };
}

/** Returns the person with the participant that a request's own guest token proves. */
export function withToken(
  guests: Pick<Guests, 'participantOf'>,
  person: Person,
  guestToken: string | undefined,
): Person {
  const named = guestToken === undefined ? undefined : guests.participantOf(guestToken);
  return named ? { ...person, participantIds: [...person.participantIds, named] } : person;
}
