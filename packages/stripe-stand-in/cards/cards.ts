import type { Decline } from './declines.ts';
import { testCards } from './test-cards.ts';

/** When the bank asks for 3-D Secure. */
export type Authentication = 'always' | 'unless_set_up' | 'required' | 'on_session' | 'supported';

/** What happens to a payment after it succeeded. */
export type Aftermath =
  | 'dispute_fraudulent'
  | 'dispute_not_received'
  | 'inquiry'
  | 'refund_fails'
  | 'refund_pending'
  | 'available_at_once';

/** A test card of https://docs.stripe.com/testing. */
export interface TestCard {
  number: string;
  /** `visa` is `pm_card_visa` and `tok_visa`. */
  names: readonly string[];
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  country: string;
  decline?: Decline;
  /** Attaching it to a customer works, charging it afterwards is declined. */
  declineOnceAttached?: Decline;
  authentication?: Authentication;
  /** The decline that follows a passed (or skipped) authentication. */
  declineAfterAuthentication?: Decline;
  /** The bank cannot be asked for 3-D Secure: a payment that needs it is declined. */
  lookupFails?: true;
  aftermath?: Aftermath;
  /** Checks that fail: the bank knows another code or address. */
  failedChecks?: readonly ('cvc_check' | 'address_line1_check' | 'address_postal_code_check')[];
  /** The bank does not tell whether the address is right. */
  unavailableChecks?: true;
  riskLevel?: 'elevated' | 'highest';
}

const byNumber = new Map(testCards.map((testCard) => [testCard.number, testCard]));
const byName = new Map(
  testCards.flatMap((testCard) => testCard.names.map((name) => [name, testCard] as const)),
);

/** Returns the test card with that number, which is digits only. */
export function cardByNumber(number: string): TestCard | undefined {
  return byNumber.get(number);
}

/** Returns the test card behind `pm_card_visa` or `tok_visa`. */
export function cardByTestId(id: string): TestCard | undefined {
  const name = /^(?:pm_card_|tok_)(\w+)$/.exec(id)?.[1];
  return name === undefined ? undefined : byName.get(name);
}

/** Checks the last digit of a card number, as the Luhn algorithm does. */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (let index = 0; index < number.length; index += 1) {
    const digit = Number(number[number.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return /^\d{12,19}$/.test(number) && sum % 10 === 0;
}
