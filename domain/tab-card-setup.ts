/** What a SetupIntent that was read back from Stripe says of the card that it sets up. */

/** A card that can be charged in its owner's absence. */
export interface ReadyCard {
  readonly paymentMethodId: string;
  readonly brand: string;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
}

/** The fields of Stripe's SetupIntent, with its payment method expanded, that matter. */
export interface SetupIntentSeen {
  readonly status: string;
  readonly usage: string;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly customer: string | { readonly id: string } | null;
  readonly payment_method: string | PaymentMethodSeen | null;
  readonly last_setup_error?: { readonly code?: string; readonly decline_code?: string } | null;
}

/** A PaymentMethod of Stripe. */
export interface PaymentMethodSeen {
  readonly id: string;
  readonly card?:
    | {
        readonly brand: string;
        readonly last4: string;
        readonly exp_month: number;
        readonly exp_year: number;
      }
    | null
    | undefined;
}

/** The metadata of the SetupIntent of a card. */
export function setupMetadata(card: { id: string; tabId: string; participantId: string }) {
  return { card_id: card.id, tab_id: card.tabId, participant_id: card.participantId };
}

/**
 * Returns the card of a SetupIntent that has succeeded; why it was declined; `open` while its payer is not through; or
 * `other` for one that is not of this card, or not for charging it in her absence.
 */
export function judgeSetup(
  intent: SetupIntentSeen,
  card: {
    readonly id: string;
    readonly participantId: string;
    readonly stripeCustomerId?: string | null | undefined;
  },
): { readonly ready: ReadyCard } | { readonly declineCode: string } | 'open' | 'other' {
  const { metadata, customer, usage, payment_method: method } = intent;
  const customerId = typeof customer === 'string' ? customer : (customer?.id ?? null);
  const isOurs =
    metadata?.['card_id'] === card.id &&
    metadata['participant_id'] === card.participantId &&
    customerId !== null &&
    customerId === card.stripeCustomerId &&
    usage === 'off_session';
  if (!isOurs) return 'other';
  if (intent.status === 'succeeded') {
    const ready = typeof method === 'string' || method === null ? undefined : readyCardOf(method);
    return ready ? { ready } : 'other';
  }
  const { code, decline_code: declineCode } = intent.last_setup_error ?? {};
  const why = declineCode ?? code;
  return intent.status === 'requires_payment_method' && why ? { declineCode: why } : 'open';
}

/** Returns a PaymentMethod's card; undefined if it is none. */
export function readyCardOf({ id, card }: PaymentMethodSeen): ReadyCard | undefined {
  if (!card) return undefined;
  const { brand, last4, exp_month: expMonth, exp_year: expYear } = card;
  return { paymentMethodId: id, brand, last4, expMonth, expYear };
}
