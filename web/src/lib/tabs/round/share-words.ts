import { round } from '#messages';
import type { Share } from '#domain/contract/orders.ts';
import type { ShareStatus } from '#domain/share.ts';
import type { Tone } from '../../ui/Badge.svelte';

/** Text and tone of a share's status, for the people of its round. */
const WORDS: Readonly<Record<ShareStatus, { readonly label: string; readonly tone: Tone }>> = {
  due: { label: round.due(), tone: 'warn' },
  processing: { label: round.paying(), tone: 'info' },
  requires_action: { label: round.atBank(), tone: 'info' },
  authorized: { label: round.setAside(), tone: 'good' },
  captured: { label: round.charged(), tone: 'good' },
  partly_refunded: { label: round.partlyRefunded(), tone: 'neutral' },
  refunded: { label: round.refunded(), tone: 'neutral' },
  voided: { label: round.released(), tone: 'neutral' },
};

export function shareWords({ status, method, amount, declineCode }: Share): {
  readonly label: string;
  readonly tone: Tone;
} {
  if (amount === 0) return { label: round.nothing(), tone: 'neutral' };
  if (status === 'due' && declineCode !== null) return { label: round.declined(), tone: 'bad' };
  if (method === 'cash' && (status === 'authorized' || status === 'captured'))
    return { label: round.atCounter(), tone: 'good' };
  return WORDS[status];
}
