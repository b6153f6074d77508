import { decline } from '#messages';
import { declineOfChange } from '#domain/decline-sentence.ts';
import { isApiError, sentenceFor } from '../api/api-error.ts';
import type { Shortage } from '../checkout/outcome.ts';

/** Why an order was not changed. Nothing is charged, and the order is as it was. */
export type ChangeProblem =
  /** The kitchen has started, or the order has ended. */
  | { readonly kind: 'too_late' }
  | { readonly kind: 'other_change' }
  /** The order, or a price, has changed: what it costs now is on the page. */
  | { readonly kind: 'changed' }
  | { readonly kind: 'declined'; readonly text: string }
  /** Her part was not paid in time. */
  | { readonly kind: 'not_paid' }
  | { readonly kind: 'short'; readonly shortages: readonly Shortage[] }
  /** It is shared, or somebody else pays it. */
  | { readonly kind: 'not_hers'; readonly lineId: string | undefined; readonly text: string }
  | { readonly kind: 'nothing_left' }
  /** Something that she added cannot be had like this any more. */
  | { readonly kind: 'not_on_menu' }
  | { readonly kind: 'words'; readonly text: string };

/** Returns what a refusal of a change, or of its preview, means for who wants it. */
export function changeProblemOf(error: unknown): ChangeProblem {
  const words: ChangeProblem = { kind: 'words', text: sentenceFor(error) };
  if (!isApiError(error)) return words;
  const reason = error.detail('reason');
  switch (error.code) {
    case 'illegal_transition':
      if (reason === 'change_open') return { kind: 'other_change' };
      if (reason === 'too_late') return { kind: 'not_paid' };
      return reason === undefined ? { kind: 'too_late' } : words;
    case 'version_conflict':
      return { kind: 'changed' };
    case 'card_declined': {
      const code = error.detail('declineCode');
      return {
        kind: 'declined',
        text: typeof code === 'string' ? declineOfChange(decline, code) : words.text,
      };
    }
    case 'out_of_stock':
      return { kind: 'short', shortages: Array.isArray(error.details) ? (error.details as Shortage[]) : [] };
    case 'forbidden': {
      const lineId = error.detail('lineId');
      return reason === undefined
        ? words
        : { kind: 'not_hers', lineId: typeof lineId === 'string' ? lineId : undefined, text: words.text };
    }
    case 'invalid_request':
      return inRequest(error.details) ?? words;
    default:
      return words;
  }
}

function inRequest(details: unknown): ChangeProblem | undefined {
  if (!Array.isArray(details)) return undefined;
  const issues = details as { readonly path?: readonly unknown[]; readonly code?: string }[];
  if (issues.some(({ code }) => code === 'nothing_left')) return { kind: 'nothing_left' };
  return issues.some(({ path }) => path?.[0] === 'add' || path?.[0] === 'set')
    ? { kind: 'not_on_menu' }
    : undefined;
}
