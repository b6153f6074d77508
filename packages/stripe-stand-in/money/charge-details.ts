import type { Call } from '../protocol/call.ts';
import type { TestCard } from '../cards/cards.ts';
import type { Decline } from '../cards/declines.ts';
import { newId } from '../protocol/ids.ts';
import type { Charge, PaymentIntent, PaymentMethod } from '../store/store.ts';

/** Card authorizations last this long: seven days. */
export const AUTHORIZATION_SECONDS = 7 * 86_400;

/** The inputs for a charge: one attempt to pay. */
export interface Attempt {
  intent: PaymentIntent;
  paymentMethod: PaymentMethod;
  testCard: TestCard;
  /** The 3-D Secure that was passed before, if any. */
  authenticated: boolean;
  decline?: Decline;
  /** Neither failed nor succeeded yet. */
  pending?: boolean;
}

/** The results of the risk check and the bank. */
export function outcomeOf(testCard: TestCard, decline: Decline | undefined): Charge['outcome'] {
  const risk = { elevated: 65, highest: 92, normal: 12 };
  const level = testCard.riskLevel ?? 'normal';
  const type = decline ? (decline.blocked === true ? 'blocked' : 'issuer_declined') : 'authorized';
  return {
    advice_code: (decline?.advice_code ?? null) as null,
    network_advice_code: null,
    network_decline_code: decline?.network_decline_code ?? null,
    network_status: {
      blocked: 'not_sent_to_network',
      issuer_declined: 'declined_by_network',
      authorized: 'approved_by_network',
    }[type],
    reason: decline ? (decline.decline_code ?? decline.code) : null,
    risk_level: level,
    risk_score: risk[level],
    seller_message: decline ? 'The bank declined the payment.' : 'Payment complete.',
    type,
  };
}

type CardDetails = NonNullable<NonNullable<Charge['payment_method_details']>['card']>;
type CardChecks = NonNullable<CardDetails['checks']>;

/** The bank's checks of the code and the address; null for a value that was not given. */
function checksOf({ paymentMethod, testCard, decline }: Attempt): CardChecks {
  const { line1, postal_code } = paymentMethod.billing_details.address ?? {};
  const cvcGiven = paymentMethod.card?.checks?.cvc_check != null;
  const check = (name: NonNullable<TestCard['failedChecks']>[number], given: boolean): string | null => {
    if (!given) return null;
    return testCard.failedChecks?.includes(name) === true ? 'fail' : 'pass';
  };
  const address = (
    name: 'address_line1_check' | 'address_postal_code_check',
    given: boolean,
  ): string | null => (given && testCard.unavailableChecks ? 'unavailable' : check(name, given));
  return {
    address_line1_check: address('address_line1_check', line1 != null),
    address_postal_code_check: address('address_postal_code_check', postal_code != null),
    cvc_check: cvcGiven && decline?.code === 'incorrect_cvc' ? 'fail' : check('cvc_check', cvcGiven),
  };
}

/** The card details of a charge. */
export function cardDetails(call: Call, attempt: Attempt, authorized: boolean): CardDetails {
  const card = attempt.paymentMethod.card;
  return {
    amount_authorized: attempt.decline ? null : attempt.intent.amount,
    authorization_code: null,
    brand: card?.brand ?? null,
    ...(authorized ? { capture_before: call.now + AUTHORIZATION_SECONDS } : {}),
    checks: checksOf(attempt),
    country: card?.country ?? null,
    electronic_commerce_indicator: null,
    exp_month: card?.exp_month ?? 1,
    exp_year: card?.exp_year ?? 2030,
    extended_authorization: { status: 'disabled' },
    fingerprint: card?.fingerprint ?? null,
    funding: card?.funding ?? null,
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: card?.last4 ?? null,
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card?.brand ?? null,
    network_token: { used: false },
    network_transaction_id: attempt.decline ? null : newId('nti').slice(5, 20),
    overcapture: { maximum_amount_capturable: attempt.intent.amount, status: 'unavailable' },
    regulated_status: 'unregulated',
    three_d_secure: attempt.authenticated
      ? {
          authentication_flow: 'challenge',
          electronic_commerce_indicator: '05',
          exemption_indicator: null,
          result: 'authenticated',
          result_reason: null,
          transaction_id: newId('tds').slice(4),
          version: '2.2.0',
        }
      : null,
    transaction_link_id: null,
    wallet: null,
  };
}
