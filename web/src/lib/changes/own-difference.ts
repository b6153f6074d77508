import type { ChangePreview } from '../api/changes.ts';

/** Returns what a change costs this person more or, if it is negative, gives her back. */
export function ownDifference(
  { byPayer, differenceAmount }: Pick<ChangePreview, 'byPayer' | 'differenceAmount'>,
  selfId: string | null,
): number {
  // What nobody pays now is owed by her.
  if (byPayer.length === 0) return differenceAmount;
  return byPayer.find(({ participantId }) => participantId === selfId)?.amount ?? 0;
}
