import type { RefusalReason } from '#domain/failures.ts';
import type { OwedBound, UnpaidBound } from '#domain/unpaid.ts';
import * as m from '#messages';
import { formatAmount } from '../ui/money.ts';
import { readDetail, type ClientErrorCode } from './api-error.ts';

/** What every code means to who reads the page. The compiler asks for each. */
const BY_CODE: Readonly<Record<ClientErrorCode, () => string>> = m.refusal;

type Words = (details: unknown) => string;
type ByName = Readonly<Record<string, Words>>;

/** What the details of a refusal name besides, by what can be done about it. */
const BY_REASON: ByName = {
  INVALID_EMAIL_OR_PASSWORD: m.refusal.wrongPassword,
  INVALID_TOKEN: m.refusal.linkUsed,
  TOKEN_EXPIRED: m.refusal.linkUsed,
  unreadable: m.refusal.unreadable,
  too_late: m.refusal.tooLate,
  no_workflow: m.refusal.noWorkflow,
  refund_limit: (details) => m.refusal.refundLimit({ amount: amountIn(details, 'limitAmount') }),
  being_paid: m.refusal.beingPaid,
  already_paid: m.refusal.alreadyPaid,
  bill_changed: m.refusal.billChanged,
  disputed: m.refusal.disputed,
  change_open: m.refusal.changeOpen,
  question_open: m.refusal.questionOpen,
  question_over: m.refusal.questionOver,
  refunded_already: m.refusal.refundedAlready,
  no_share: m.refusal.noShare,
  change_over: m.refusal.changeOver,
  withdrawn: m.refusal.changeWithdrawn,
  not_agreed: m.refusal.changeNotAgreed,
  other_account: m.refusal.otherAccount,
  other_card: m.refusal.otherCard,
  session_over: m.refusal.sessionOver,
  not_a_picture: m.refusal.notAPicture,
  too_many_pixels: (details) =>
    m.refusal.manyPixels({ maximum: Number(readDetail(details, 'maximumMegapixels')) }),
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

/** The same of a group's round, which nobody can pay as it is sent. */
const BY_BOUND_OF_ROUND: ByName = {
  guest_orders: m.refusal.roundGuestOrders,
  guest_pieces: m.refusal.roundGuestPieces,
  network_orders: m.refusal.roundNetworkUnpaid,
  network_pieces: m.refusal.roundNetworkUnpaid,
  stock: m.refusal.roundStock,
  guest_rounds: m.refusal.boundOwed,
  guest_amount: m.refusal.boundOwed,
  tab_rounds: m.refusal.boundTabOwed,
  tab_amount: m.refusal.boundTabOwed,
} satisfies Record<UnpaidBound | OwedBound, () => string>;

/** The sentence for a refusal: by the reason, bound, number or time that its details name, else by its code. */
export function refusalWords(code: ClientErrorCode, details: unknown): string {
  const [reason, bound, seconds, highest, bytes] = [
    ...['reason', 'bound', 'retryAfterSeconds', 'highestAmount', 'maximumBytes'],
  ].map((name) => readDetail(details, name));
  const byBound = readDetail(details, 'of') === 'round' ? BY_BOUND_OF_ROUND : BY_BOUND;
  const known = BY_REASON[String(reason)] ?? byBound[String(bound)];
  if (known) return known(details);
  if (typeof seconds === 'number') return waitWords(seconds);
  if (typeof highest === 'number') return m.refusal.tipAtMost({ amount: amountIn(details, 'highestAmount') });
  if (typeof bytes === 'number' && bytes >= MEGABYTE)
    return m.refusal.manyBytes({ maximum: Math.floor(bytes / MEGABYTE) });
  return BY_CODE[code]();
}

const MEGABYTE = 1024 * 1024;

function amountIn(details: unknown, name: string): string {
  return formatAmount(Number(readDetail(details, name)), String(readDetail(details, 'currency')));
}

function waitWords(seconds: number): string {
  return seconds < 90
    ? m.refusal.waitSeconds({ count: seconds })
    : m.refusal.waitMinutes({ count: Math.ceil(seconds / 60) });
}
