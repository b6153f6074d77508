import type Stripe from 'stripe';
import { clearable, hash } from '../protocol/parameters.ts';
import { notHere, text } from '../protocol/parameter-kinds.ts';
import type { ShapeOf } from '../protocol/reader.ts';

const words = clearable(text(20_000));

const shape = {
  access_activity_log: words,
  appeal: notHere(),
  billing_address: words,
  cancellation_policy: words,
  cancellation_policy_disclosure: words,
  cancellation_rebuttal: words,
  customer_communication: words,
  customer_email_address: words,
  customer_name: words,
  customer_purchase_ip: words,
  customer_signature: words,
  duplicate_charge_documentation: words,
  duplicate_charge_explanation: words,
  duplicate_charge_id: words,
  enhanced_evidence: notHere(),
  product_description: words,
  receipt: words,
  refund_policy: words,
  refund_policy_disclosure: words,
  refund_refusal_explanation: words,
  service_date: words,
  service_documentation: words,
  shipping_address: words,
  shipping_carrier: words,
  shipping_date: words,
  shipping_documentation: words,
  shipping_tracking_number: words,
  uncategorized_file: words,
  uncategorized_text: words,
} satisfies ShapeOf<Stripe.DisputeUpdateParams['evidence']>;

/** The evidence that a shop may send. Ids of files are not looked up. */
export const evidence = hash(shape);

/** Evidence before anything was sent. */
export function noEvidence(): Stripe.Dispute['evidence'] {
  const told = Object.keys(shape).filter((name) => name !== 'appeal');
  return {
    ...Object.fromEntries(told.map((name) => [name, null])),
    enhanced_evidence: {},
  } as Stripe.Dispute['evidence'];
}
