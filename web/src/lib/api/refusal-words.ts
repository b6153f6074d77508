import type { ErrorCode } from '#domain/failures.ts';
import type { UnpaidBound } from '#domain/unpaid.ts';
import * as m from '#messages';
import { isEnglish } from '../browser/language.ts';
import type { ApiError } from './api-error.ts';

/** What every code means to who reads the page. The compiler asks for each. */
const BY_CODE: Readonly<Record<ErrorCode | 'offline', () => string>> = m.refusal;

/** Reasons that the details of a refusal may name. */
const BY_REASON: Readonly<Record<string, () => string>> = {
  INVALID_EMAIL_OR_PASSWORD: m.refusal.wrongPassword,
  INVALID_TOKEN: m.refusal.linkUsed,
  TOKEN_EXPIRED: m.refusal.linkUsed,
  too_late: m.refusal.tooLate,
  timeout: m.refusal.timeout,
};

/** Bounds that an order would pass, by what can be done instead. */
const BY_BOUND: Readonly<Record<string, () => string>> = {
  order: m.refusal.boundOrder,
  network: m.refusal.boundNetwork,
  pieces: m.refusal.boundPieces,
  guest_orders: m.refusal.boundGuestOrders,
  guest_pieces: m.refusal.boundGuestPieces,
  network_orders: m.refusal.boundNetworkUnpaid,
  network_pieces: m.refusal.boundNetworkUnpaid,
  stock: m.refusal.boundStock,
} satisfies Record<UnpaidBound | 'order' | 'network' | 'pieces', () => string>;

/**
 * The sentence for a refusal: by the reason, bound or time that its details name, else by its code. In English the API's
 * own sentence says more than the code.
 */
export function refusalWords(error: ApiError): string {
  const [reason, bound, seconds] = ['reason', 'bound', 'retryAfterSeconds'].map((name) => error.detail(name));
  const known = BY_REASON[String(reason)] ?? BY_BOUND[String(bound)];
  if (known) return known();
  if (typeof seconds === 'number') return waitWords(seconds);
  return isEnglish ? error.message : BY_CODE[error.code]();
}

function waitWords(seconds: number): string {
  return seconds < 90
    ? m.refusal.waitSeconds({ count: seconds })
    : m.refusal.waitMinutes({ count: Math.ceil(seconds / 60) });
}
