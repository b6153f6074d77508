/** The closed list of the API's error codes, with the status of each. */

export const ERROR_STATUS = {
  invalid_request: 400,
  tip_too_large: 400,
  unauthenticated: 401,
  card_declined: 402,
  counter_only: 403,
  forbidden: 403,
  not_found: 404,
  out_of_stock: 409,
  illegal_transition: 409,
  idempotency_conflict: 409,
  version_conflict: 409,
  pay_first: 409,
  spot_not_in_use: 409,
  spot_taken: 409,
  alone_only: 409,
  label_taken: 409,
  currency_in_use: 409,
  tab_ended: 409,
  tab_locked: 409,
  tab_full: 409,
  tabs_differ: 409,
  removed_from_tab: 409,
  host_is_here: 409,
  over_spending_limit: 409,
  split_mismatch: 409,
  already_claimed: 409,
  nothing_owed: 409,
  card_required: 409,
  last_admin: 409,
  address_unverified: 409,
  payload_too_large: 413,
  too_many_requests: 429,
  internal_error: 500,
  try_again: 503,
} as const;
export type ErrorCode = keyof typeof ERROR_STATUS;
export const ERROR_CODES = Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]];

/** What `details.reason` of an error may say besides its code, where a person is to do something else for it. */
export const REFUSAL_REASONS = [
  'too_late',
  'no_workflow',
  'refund_limit',
  'being_paid',
  'already_paid',
  'bill_changed',
  'disputed',
  'change_open',
  'question_open',
  'question_over',
  'refunded_already',
  'no_share',
  'change_over',
  'withdrawn',
  'not_agreed',
  'other_account',
  'other_card',
  'session_over',
  'not_a_picture',
  'too_many_pixels',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** Types of the final failures that activities throw; all others are retried. */
export const ACTIVITY_FAILURES = {
  /** The order's record is missing or not in the state that the step needs: a bug, never a business outcome. */
  inconsistent: 'Inconsistent',
} as const;

/** Reasons why an order needs a person, shown to agents and kept in the OrderAttention search attribute. */
export const ATTENTION_REASONS = [
  'capture_failed',
  'refund_failed',
  'void_failed',
  'stock_not_released',
  'payment_mismatch',
  'refunded_outside',
  'late_payment',
  'disputed',
  'cash_to_return',
  /** Something of it has run out, and nothing could be done about it without a person. */
  'sold_out',
] as const;
export type AttentionReason = (typeof ATTENTION_REASONS)[number];
