import type { ErrorCode, RefusalReason } from '#domain/failures.ts';
import type { UnpaidBound } from '#domain/unpaid.ts';
import * as m from '#messages';
import { formatAmount } from '../ui/money.ts';
import type { ApiError } from './api-error.ts';

/** What every code means to who reads the page. The compiler asks for each. */
const BY_CODE: Readonly<Record<ErrorCode | 'offline', () => string>> = m.refusal;

type Words = (error: ApiError) => string;
type ByName = Readonly<Record<string, Words>>;

/** What the details of a refusal name besides, by what can be done about it. */
const BY_REASON: ByName = {
  INVALID_EMAIL_OR_PASSWORD: m.refusal.wrongPassword,
  INVALID_TOKEN: m.refusal.linkUsed,
  TOKEN_EXPIRED: m.refusal.linkUsed,
  timeout: m.refusal.timeout,
  too_late: m.refusal.tooLate,
  no_workflow: m.refusal.noWorkflow,
  refund_limit: (error) => m.refusal.refundLimit({ amount: amountIn(error, 'limitAmount') }),
  being_paid: m.refusal.beingPaid,
  already_paid: m.refusal.alreadyPaid,
  disputed: m.refusal.disputed,
  other_account: m.refusal.otherAccount,
  other_card: m.refusal.otherCard,
  session_over: m.refusal.sessionOver,
  not_a_picture: m.refusal.notAPicture,
  too_many_pixels: (error) => m.refusal.manyPixels({ maximum: Number(error.detail('maximumMegapixels')) }),
} satisfies Record<RefusalReason, Words> & ByName;

/** Bounds that an order would pass, by what can be done instead. */
const BY_BOUND: ByName = {
  order: m.refusal.boundOrder,
  network: m.refusal.boundNetwork,
  pieces: m.refusal.boundPieces,
  guest_orders: m.refusal.boundGuestOrders,
  guest_pieces: m.refusal.boundGuestPieces,
  network_orders: m.refusal.boundNetworkUnpaid,
  network_pieces: m.refusal.boundNetworkUnpaid,
  stock: m.refusal.boundStock,
} satisfies Record<UnpaidBound | 'order' | 'network' | 'pieces', () => string>;

/** The sentence for a refusal: by the reason, bound, number or time that its details name, else by its code. */
export function refusalWords(error: ApiError): string {
  const [reason, bound, seconds, highest, bytes] = [
    ...['reason', 'bound', 'retryAfterSeconds', 'highestAmount', 'maximumBytes'],
  ].map((name) => error.detail(name));
  if (error.sentence !== undefined) return error.sentence;
  const known = BY_REASON[String(reason)] ?? BY_BOUND[String(bound)];
  if (known) return known(error);
  if (typeof seconds === 'number') return waitWords(seconds);
  if (typeof highest === 'number') return m.refusal.tipAtMost({ amount: amountIn(error, 'highestAmount') });
  if (typeof bytes === 'number' && bytes >= MEGABYTE)
    return m.refusal.manyBytes({ maximum: Math.floor(bytes / MEGABYTE) });
  return BY_CODE[error.code]();
}

const MEGABYTE = 1024 * 1024;

function amountIn(error: ApiError, name: string): string {
  return formatAmount(Number(error.detail(name)), String(error.detail('currency')));
}

function waitWords(seconds: number): string {
  return seconds < 90
    ? m.refusal.waitSeconds({ count: seconds })
    : m.refusal.waitMinutes({ count: Math.ceil(seconds / 60) });
}
