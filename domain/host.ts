/** Who may take over a tab whose host is gone, so that she does not strand the others. */

/** A host who was not seen for so long may be replaced: longer than a walk to the counter or a dead battery. */
export const HOST_AWAY_MS = 10 * 60_000;
/** Whoever was seen this recently is here. */
export const HERE_MS = 2 * 60_000;

/** What is known of a participant; times are in milliseconds. */
export interface Presence {
  readonly id: string;
  readonly joinedAt: number;
  /** When her phone was last connected: now, if it is. Null for somebody without a phone. */
  readonly lastSeenAt: number | null;
  /** She left, or was removed. */
  readonly hasLeft?: boolean | undefined;
}

/**
 * Returns who may become host at `now`: of those who are here, the one who has been in the tab longest. Undefined while
 * the host is here or was not away for long, and if nobody else is here.
 */
export function successorOf(
  hostId: string,
  participants: readonly Presence[],
  now: number,
): string | undefined {
  const host = participants.find(({ id }) => id === hostId);
  if (host && !isGone(host, now)) return undefined;
  return participants
    .filter(
      ({ id, lastSeenAt, hasLeft = false }) =>
        id !== hostId && !hasLeft && lastSeenAt !== null && now - lastSeenAt <= HERE_MS,
    )
    .toSorted((left, right) => left.joinedAt - right.joinedAt || (left.id < right.id ? -1 : 1))[0]?.id;
}

function isGone({ hasLeft = false, lastSeenAt, joinedAt }: Presence, now: number): boolean {
  return hasLeft || now - (lastSeenAt ?? joinedAt) >= HOST_AWAY_MS;
}
