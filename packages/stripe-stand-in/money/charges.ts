import { cardFee, recordBalance } from './balance-transactions.ts';
import type { Call } from '../protocol/call.ts';
import { capturesLater } from '../cards/card-options.ts';
import type { TestCard } from '../cards/cards.ts';
import type { Decline } from '../cards/declines.ts';
import { type Attempt, AUTHORIZATION_SECONDS, cardDetails, outcomeOf } from './charge-details.ts';
import { missing } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import { newId } from '../protocol/ids.ts';
import { testCardOf } from '../cards/payment-methods.ts';
import type { Charge } from '../store/store.ts';

/** Writes the charge of one attempt to pay: failed, pending, authorized or (automatic capture) captured. */
export function createCharge(call: Call, attempt: Attempt): Charge {
  const { intent, paymentMethod, testCard, decline } = attempt;
  const manual = capturesLater(intent);
  const succeeded = decline === undefined && attempt.pending !== true;
  const captured = succeeded && !manual;
  const id = newId('ch');
  const charge: Charge = {
    id,
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: paymentMethod.billing_details,
    calculated_statement_descriptor: intent.statement_descriptor_suffix ?? 'STAND-IN',
    captured,
    created: call.now,
    currency: intent.currency,
    customer: intent.customer,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: decline?.code ?? null,
    failure_message: decline?.message ?? null,
    fraud_details: {},
    livemode: false,
    metadata: intent.metadata,
    on_behalf_of: null,
    outcome: attempt.pending === true ? null : outcomeOf(testCard, decline),
    paid: succeeded,
    payment_intent: intent.id,
    payment_method: paymentMethod.id,
    payment_method_details: { card: cardDetails(call, attempt, manual && succeeded), type: 'card' },
    presentment_details: undefined as never,
    radar_options: {},
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: succeeded ? `${call.baseUrl}/#${id}` : null,
    refunded: false,
    review: null,
    shipping: intent.shipping,
    source: null,
    source_transfer: null,
    statement_descriptor: intent.statement_descriptor,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: decline ? 'failed' : succeeded ? 'succeeded' : 'pending',
    transfer_data: null,
    transfer_group: intent.transfer_group,
  };
  delete charge.presentment_details;
  if (captured && intent.capture_method === 'automatic') settle(call, charge, testCard);
  call.store.charges.insert(charge, {});
  return charge;
}

/** Completes a pending charge: authorized, or captured at once. */
export function completeCharge(call: Call, charge: Charge, manual: boolean): void {
  const { hidden } = findCharge(call, charge.id);
  charge.status = 'succeeded';
  charge.paid = true;
  charge.captured = !manual;
  charge.amount_captured = manual ? 0 : charge.amount;
  const method = call.store.paymentMethods.find(charge.payment_method ?? '');
  if (method) charge.outcome = outcomeOf(testCardOf(method.hidden), undefined);
  const card = charge.payment_method_details?.card;
  if (manual && card) card.capture_before = call.now + AUTHORIZATION_SECONDS;
  call.store.charges.save(charge, hidden);
}

/** Fails a pending charge. */
export function failCharge(call: Call, charge: Charge, reason: Decline): void {
  const { hidden } = findCharge(call, charge.id);
  const method = call.store.paymentMethods.find(charge.payment_method ?? '');
  charge.status = 'failed';
  charge.failure_code = reason.code;
  charge.failure_message = reason.message;
  if (method) charge.outcome = outcomeOf(testCardOf(method.hidden), reason);
  call.store.charges.save(charge, hidden);
  emit(call, 'charge.failed', charge);
}

/** Puts what was captured, less the fee, on the balance. The caller saves the charge. */
export function settle(call: Call, charge: Charge, testCard: TestCard): void {
  const transaction = recordBalance(call, {
    type: 'charge',
    category: 'charge',
    amount: charge.amount_captured,
    fee: cardFee(charge.amount_captured, charge.currency, testCard.country),
    currency: charge.currency,
    source: charge.id,
    description: charge.description,
    availableAtOnce: testCard.aftermath === 'available_at_once',
  });
  charge.balance_transaction = transaction.id;
}

/** The balance transaction of an asynchronous capture arrives a moment later, with `charge.updated`. */
export function settleLater(call: Call, chargeId: string): void {
  const { object, hidden } = findCharge(call, chargeId);
  if (object.balance_transaction !== null) return;
  const method =
    object.payment_method === null ? undefined : call.store.paymentMethods.find(object.payment_method);
  if (!method) return;
  settle(call, object, testCardOf(method.hidden));
  call.store.charges.save(object, hidden);
  emit(call, 'charge.updated', object, { balance_transaction: null });
}

/** Returns the stored charge. Throws Stripe's 404 when there is none. */
export function findCharge(
  call: Call,
  id: string,
  param = 'id',
): { object: Charge; hidden: Record<string, never> } {
  const found = call.store.charges.find(id);
  if (!found) throw missing('charge', id, param);
  return found;
}
