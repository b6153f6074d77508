import type { z } from 'zod';
import type { joinedTabAnswer } from '../../domain/contract/tabs.ts';
import type { Request } from '../http/context.ts';
import type { Guests } from '../people/guests.ts';
import type { Person } from '../people/people.ts';
import type { LiveTab } from '../realtime/tab-feed.ts';
import { showTo } from './command-tabs.ts';

/** The answer to whoever opened or joined a tab: with a guest token, unless her account proves her. */
export async function welcomeTo(
  guests: Guests,
  ctx: Request,
  live: LiveTab,
  person: Person,
  participantId: string,
): Promise<z.output<typeof joinedTabAnswer>> {
  const { tab, viewer } = showTo(person, live);
  const { joinUrl, joinCode } = tab;
  const participant = tab.participants.find(({ id }) => id === participantId)!;
  const { userId } = live.record.people.find(({ id }) => id === participantId)!;
  const answer = { tab, viewer, participant, joinUrl, joinCode };
  if (person.user && person.user.id === userId) return answer;
  await guests.remember(ctx, participantId);
  return { ...answer, guestToken: guests.tokenFor(participantId) };
}
