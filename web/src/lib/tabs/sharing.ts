/** Who shares a line that is being chosen, and with what weights. */

import type { TabLine } from '#domain/contract/basket.ts';
import { TAB_LIMITS } from '#domain/tab.ts';
import { isForOwnerAlone } from './line-wish.ts';

export interface SharingDraft {
  /** Whose line it is; undefined until staff have chosen. */
  readonly ownerId: string | undefined;
  readonly isShared: boolean;
  /** By participant; whoever is not in it has no part. */
  readonly weights: ReadonlyMap<string, number>;
}

/** Returns the draft for a new line of this person, who is in it alone until others are added. */
export function newSharing(ownerId: string | undefined): SharingDraft {
  return { ownerId, isShared: false, weights: new Map() };
}

/** Returns the draft of a line as it is. */
export function sharingOfLine(line: TabLine): SharingDraft {
  if (isForOwnerAlone(line)) return newSharing(line.participantId);
  return {
    ownerId: line.participantId,
    isShared: true,
    weights: new Map(line.sharedBetween.map(({ participantId, weight }) => [participantId, weight])),
  };
}

/** Returns the sharers for the API: the owner alone unless it is shared. */
export function sharersOf({ ownerId, isShared, weights }: SharingDraft): TabLine['sharedBetween'] {
  if (isShared && weights.size > 0)
    return [...weights].map(([participantId, weight]) => ({ participantId, weight }));
  return ownerId === undefined ? [] : [{ participantId: ownerId, weight: 1 }];
}

/** Gives somebody this weight; 0 takes her out. */
export function withWeight(draft: SharingDraft, participantId: string, weight: number): SharingDraft {
  const weights = new Map(draft.weights);
  if (weight <= 0) weights.delete(participantId);
  else weights.set(participantId, Math.min(TAB_LIMITS.weight, weight));
  return { ...draft, weights };
}

/** Returns whether it can be sent: somebody owns it, and somebody pays. */
export function isComplete({ ownerId, isShared, weights }: SharingDraft): boolean {
  return ownerId !== undefined && (!isShared || weights.size > 0);
}
