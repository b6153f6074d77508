import type { Call } from '../protocol/call.ts';
import { escalateInquiry, loseDispute, winDispute } from '../disputes/dispute-outcomes.ts';
import { createDispute, type DisputeReason, disputeReasons } from '../disputes/disputes.ts';
import { invalidRequest, missing } from '../protocol/errors.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { boolean, oneOf } from '../protocol/parameter-kinds.ts';
import { readParams } from '../protocol/parameters.ts';
import { expireAuthorization } from '../payments/payment-capture.ts';
import { failRefund, failureReasons, findRefund, succeedRefund } from '../refunds/refund-outcomes.ts';
import { finishAuthentication } from '../payments/three-d-secure.ts';

const reasons = Object.keys(disputeReasons) as DisputeReason[];

/** Actions of customers and banks on one object, by noun and verb. Each returns the updated object. */
const TRIGGERS: Readonly<Record<string, (call: Call, id: string, params: FormParams) => object>> = {
  'payment_intents authenticate': (call, id) => finishAuthentication(call, id, true),
  'payment_intents fail_authentication': (call, id) => finishAuthentication(call, id, false),
  'payment_intents expire': (call, id) => {
    const stored = call.store.paymentIntents.find(id);
    if (!stored) throw missing('payment_intent', id);
    if (stored.object.status !== 'requires_capture')
      throw invalidRequest(`Only an authorized payment can expire; this one is ${stored.object.status}.`);
    expireAuthorization(call, id);
    return { id, status: call.store.paymentIntents.find(id)?.object.status };
  },
  'refunds succeed': (call, id) => {
    succeedRefund(call, id);
    return findRefund(call, id).object;
  },
  'refunds fail': (call, id, params) => {
    const { reason } = readParams({ reason: oneOf(...failureReasons) }, params);
    failRefund(call, id, reason);
    return findRefund(call, id).object;
  },
  'charges dispute': (call, id, params) => {
    const { reason, inquiry } = readParams({ reason: oneOf(...reasons), inquiry: boolean() }, params);
    const dispute = createDispute(call, id, reason ?? 'fraudulent', inquiry);
    if (!dispute)
      throw invalidRequest('Only what was captured, not given back and not disputed yet can be disputed.');
    return dispute;
  },
  'disputes win': winDispute,
  'disputes lose': loseDispute,
  'disputes escalate': escalateInquiry,
};

/** Runs a trigger. Returns undefined when there is no such object or verb. */
export function trigger(
  call: Call,
  noun: string,
  verb: string,
  id: string,
  params: FormParams,
): object | undefined {
  const name = `${noun} ${verb}`;
  return Object.hasOwn(TRIGGERS, name) ? TRIGGERS[name]?.(call, id, params) : undefined;
}
