/** Why a round was not sent, as its page says it. */

import type { TabLine } from '#domain/contract/basket.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { isApiError, sentenceFor, type ApiError } from '../../api/api-error.ts';

export type SendProblem =
  | { readonly kind: 'prices'; readonly beforeAmount: number; readonly amount: number }
  | { readonly kind: 'changed'; readonly beforeAmount: number; readonly amount: number }
  | { readonly kind: 'stock'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'off_menu'; readonly lineIds: readonly string[] }
  | { readonly kind: 'card' }
  | { readonly kind: 'words'; readonly text: string };

interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** What was sent, and the tab as it is since. */
interface Sent {
  readonly lines: readonly TabLine[];
  readonly amount: number;
  readonly now: Tab | null;
}

/** Returns why these lines were not sent. */
export function sendProblemOf(error: unknown, { lines, amount: beforeAmount, now }: Sent): SendProblem {
  if (isApiError(error, 'version_conflict')) {
    const amount = error.detail('totalAmount');
    if (typeof amount === 'number')
      return { kind: hasChanged(lines, now) ? 'changed' : 'prices', beforeAmount, amount };
  }
  // A line that was to be sent is not in the basket any more.
  if (isApiError(error, 'not_found') && now?.status === 'open') {
    const still = new Set(lines.map(({ id }) => id));
    const amount = now.lines.reduce((sum, line) => (still.has(line.id) ? sum + line.amount : sum), 0);
    return { kind: 'changed', beforeAmount, amount };
  }
  if (isApiError(error, 'out_of_stock')) {
    const { details } = error;
    if (Array.isArray(details)) return { kind: 'stock', shortages: details as Shortage[] };
  }
  if (isApiError(error, 'card_required')) return { kind: 'card' };
  return (isApiError(error) && offMenuIn(error, lines)) || { kind: 'words', text: sentenceFor(error) };
}

/** Returns the lines that are not on the menu any more as they were chosen, if that is why a request was refused. */
export function offMenuIn(
  error: ApiError,
  lines: readonly TabLine[],
): Extract<SendProblem, { kind: 'off_menu' }> | undefined {
  const { details } = error;
  if (!isApiError(error, 'invalid_request') || !Array.isArray(details)) return undefined;
  const named = new Set((details as { readonly path?: readonly unknown[] }[]).map(({ path }) => path?.[1]));
  const lineIds = lines.flatMap(({ id }) => (named.has(id) ? [id] : []));
  return lineIds.length > 0 ? { kind: 'off_menu', lineIds } : undefined;
}

/** Returns whether somebody has changed these lines, or the basket that they were. A price of its own is no change. */
function hasChanged(lines: readonly TabLine[], now: Tab | null): boolean {
  const before = new Set(lines.map(choiceOf));
  const after = new Set(now?.lines.map(choiceOf));
  return [...before].some((choice) => !after.has(choice)) || after.size > before.size;
}

function choiceOf({ id, variantId, quantity, options }: TabLine): string {
  return JSON.stringify([id, variantId, quantity, options.map((option) => option.id).toSorted()]);
}

/** Returns the lines of a basket that a problem is about: those of a round come back as lines of their own. */
export function linesInTheWay(problem: SendProblem, basket: readonly TabLine[]): string[] {
  const isMeant = ({ id, variantId }: TabLine): boolean => {
    if (problem.kind === 'stock') return problem.shortages.some((short) => short.variantId === variantId);
    return problem.kind === 'off_menu' && problem.lineIds.includes(id);
  };
  return basket.filter(isMeant).map(({ id }) => id);
}
