import * as m from '#messages';
import { withoutIsolates } from '#domain/isolate.ts';
import type { Stripe, StripeElements } from '@stripe/stripe-js';
import type { BankWindow } from '../../stripe/bank-window.ts';

/** The form of a card, as `CardForm` is one. */
export interface CardInput {
  readonly check: () => Promise<
    { readonly stripe: Stripe; readonly elements: StripeElements } | { readonly problem: string } | undefined
  >;
}

/**
 * Has Stripe keep the card that was typed into the form, by a SetupIntent that `prepare` makes once the input is
 * complete. Her bank asks her in the same step, if it does. Charges nothing. `undefined` if the form itself shows what is
 * missing, or she has left her bank's window; `problem` if the page must show it.
 */
export async function keepCard(
  form: CardInput,
  bank: BankWindow,
  billing: { readonly name: string; readonly email?: string },
  prepare: () => Promise<{ readonly clientSecret: string }>,
): Promise<'kept' | { readonly problem: string } | undefined> {
  const ready = await form.check();
  if (!ready || 'problem' in ready) return ready;
  const { clientSecret } = await prepare();
  const details = { ...billing, name: withoutIsolates(billing.name) };
  const answer = await bank.ask(() =>
    ready.stripe.confirmSetup({
      elements: ready.elements,
      clientSecret,
      redirect: 'if_required',
      confirmParams: { payment_method_data: { billing_details: details } },
    }),
  );
  if (answer === undefined) return undefined;
  return answer.error ? { problem: answer.error.message ?? m.cards.unread() } : 'kept';
}
