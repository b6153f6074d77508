import type { OwedBound, UnpaidBound } from '../../domain/unpaid.ts';
import { ApiError } from '../http/api-error.ts';

const SENTENCES: Readonly<Record<UnpaidBound, string>> = {
  guest_orders:
    'You have several orders that are not paid yet. Pay or cancel one of them first, or pay this one by card.',
  guest_pieces: 'So much cannot be set aside unpaid. Pay by card, or order at the counter.',
  network_orders:
    'Many orders from your network are waiting to be paid, so this one cannot wait, too. Pay it by card, or order at the counter.',
  network_pieces:
    'Many orders from your network are waiting to be paid, so this one cannot wait, too. Pay it by card, or order at the counter.',
  stock:
    'Too little of something in this order would be left for others while it is not paid. Pay by card, or order at the counter.',
};

/** A round cannot be paid as it is sent: it is smaller, later, or ordered at the counter. */
const OF_ROUND: Readonly<Record<UnpaidBound | OwedBound, string>> = {
  guest_orders: 'You have several orders that are not paid yet. Pay or cancel one of them first.',
  guest_pieces:
    'So much cannot be set aside at once before it is paid. Send less of it, or order at the counter.',
  network_orders:
    'Many orders from your network are waiting to be paid, so this one cannot wait, too. Try again when some of them are paid, or order at the counter.',
  network_pieces:
    'Many orders from your network are waiting to be paid, so this one cannot wait, too. Try again when some of them are paid, or order at the counter.',
  stock:
    'Too little of something in this order would be left for others while it is not paid. Send less of it, or order at the counter.',
  guest_rounds: 'Somebody has ordered several rounds here and paid nothing yet. Pay something first.',
  guest_amount:
    'Somebody would owe more here than the shop allows before she has paid anything. Pay something first.',
  tab_rounds: 'This tab has ordered many rounds, and nobody has paid anything yet. Pay something first.',
  tab_amount: 'This tab would owe more than the shop allows before anybody has paid. Pay something first.',
};

/** 409: the limit of unpaid orders is reached. Nothing was ordered; the same order with a payment is accepted. */
export function payFirst(bound: UnpaidBound): ApiError {
  return new ApiError('pay_first', SENTENCES[bound], { bound });
}

/** 409: the limit of unpaid orders is reached. Nothing was sent. */
export function payBeforeRound(bound: UnpaidBound | OwedBound): ApiError {
  return new ApiError('pay_first', OF_ROUND[bound], { bound, of: 'round' });
}
