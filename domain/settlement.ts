/** Payments of a tab that is paid after: what a payer asks for, and what is owed no more. */

import type { OrderStatus } from './order.ts';

/** What of a tab somebody wants to pay: ids and amounts only. */
export type SettlementWish =
  /** What she ordered, and her part of what was shared. */
  | { readonly kind: 'mine' }
  /** Lines, or so many units of them. */
  | {
      readonly kind: 'lines';
      readonly lines: readonly { readonly lineId: string; readonly quantity?: number | undefined }[];
    }
  /** One of `of` equal parts of all that the tab has had. */
  | { readonly kind: 'even'; readonly of: number }
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'rest' };

/** The statuses of a settlement that is not paid yet: its part is set aside. */
export const CLAIM_STATUSES = ['awaiting_payment', 'capturing'] as const satisfies readonly OrderStatus[];

/** The statuses of a settlement whose part is set aside or paid: others have given it back. */
export const SETTLING_STATUSES = [...CLAIM_STATUSES, 'completed'] as const satisfies readonly OrderStatus[];

/** Why something is owed no more that nobody has paid: it was canceled, or its people have left. */
export const REDUCTION_CAUSES = ['canceled', 'written_off'] as const;

/** How long a part of a tab is set aside for its payer; less where the shop holds unpaid orders for less. */
export const CLAIM_MS = 3 * 60_000;
