/** Why staff should look at a tab. */

import type { CardRefusedFor } from '#domain/tab-card.ts';
import { hasTabEnded, type TabStatus, DESERTED_MINUTES } from '#domain/tab.ts';

export type TabAttention =
  /** Somebody asks to be let in. */
  | 'knock'
  /** Its card on file was refused. */
  | 'card'
  /** Something is to be paid, and nobody has done anything for long. */
  | 'idle'
  /** Nothing more is ordered, and something is to be paid. */
  | 'closing';

/** `now`: milliseconds since the epoch. */
export function attentionOf(
  tab: {
    readonly status: TabStatus;
    readonly owedAmount: number;
    readonly knockCount: number;
    readonly lastActivityAt: string;
    readonly cardRefused: CardRefusedFor | null;
  },
  now: number,
): TabAttention[] {
  if (hasTabEnded(tab.status)) return [];
  const isIdle = now - Date.parse(tab.lastActivityAt) > DESERTED_MINUTES * 60_000;
  return [
    ...(tab.knockCount > 0 ? (['knock'] as const) : []),
    ...(tab.owedAmount > 0 && tab.cardRefused !== null ? (['card'] as const) : []),
    ...(tab.owedAmount > 0 && isIdle ? (['idle'] as const) : []),
    ...(tab.owedAmount > 0 && tab.status === 'closing' ? (['closing'] as const) : []),
  ];
}
