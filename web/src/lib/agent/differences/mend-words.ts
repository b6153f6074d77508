/** What staff read of mending a difference: what a button does, who asked for it, and how it went. */

import type { Difference } from '#domain/contract/reconciliation.ts';
import type { MendAction } from '#domain/reconciliation.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { capital, moneyOf, orderWords } from './phrases.ts';

type Mend = Difference['mends'][number];

/** The button of a difference, and what the dialog says will happen when it is pressed. */
export interface MendWords {
  readonly label: string;
  readonly question: string;
  readonly consequence: string;
  /** Moves money in a way that cannot be taken back. */
  readonly isFinal: boolean;
}

/** The words on the one button that a difference has, and in its dialog. */
export function mendWords(action: MendAction, difference: Difference): MendWords {
  const money = moneyOf(difference);
  const amount = money ?? 'the money';
  const order = orderWords(difference);
  const isRefund = difference.details.workflowId?.startsWith('refund-') ?? false;
  switch (action) {
    case 'refund':
      return {
        label: money ? `Refund ${money}` : 'Refund',
        question: `Refund ${amount}?`,
        consequence: `${capital(amount)} goes back to the card it came from. This cannot be undone.`,
        isFinal: true,
      };
    case 'void':
      return difference.kind === 'orphaned_intent'
        ? {
            label: 'Cancel this payment',
            question: 'Cancel this payment?',
            consequence: 'It is canceled at Stripe. No money moves, and nobody can pay with it any more.',
            isFinal: false,
          }
        : {
            label: money ? `Release ${money}` : 'Release the card',
            question: `Release ${amount}?`,
            consequence: `The authorization is canceled at Stripe: ${amount} is free again on the customer’s card. If the money was taken meanwhile, nothing is changed.`,
            isFinal: true,
          };
    case 'capture':
      return {
        label: money ? `Take ${money}` : 'Take the money',
        question: `Take ${amount}?`,
        consequence: `${capital(amount)}, which the customer’s card has authorized for ${order}, is taken now.`,
        isFinal: true,
      };
    case 'read_back':
      return {
        label: 'Ask Stripe and book it',
        question: 'Ask Stripe and book what it says?',
        consequence: `Stripe is asked what became of this payment, and our record of ${order} is made to say the same. Money that came for nothing goes back.`,
        isFinal: false,
      };
    case 'correct':
      return {
        label: 'Correct the ledger',
        question: 'Correct the ledger?',
        consequence: `Stripe is asked first, and what it tells of ${order} is booked. What the ledger still lacks or has too much is booked as a correction; nothing in it is rewritten.`,
        isFinal: false,
      };
    case 'release':
      return {
        label: 'Put back on sale',
        question: 'Put the stock back on sale?',
        consequence: `What is set aside for ${order} can be sold again at once.`,
        isFinal: false,
      };
    case 'resume':
      return {
        label: isRefund ? 'Resume the refund' : 'Resume the order',
        question: isRefund ? 'Resume this refund?' : `Resume ${order}?`,
        consequence: `A workflow goes on from what is recorded. What was done already is not done again: nobody is charged twice.`,
        isFinal: false,
      };
    case 'catch_up':
      return {
        label: 'Catch it up',
        question: 'Catch its workflow up?',
        consequence: `The workflow of ${order} reads what is recorded and goes on from there. Nothing is done twice.`,
        isFinal: false,
      };
    case 'retry':
      return {
        label: 'Try it now',
        question: 'Try this step now?',
        consequence:
          'It is tried at once instead of at its next turn. What made it fail should be gone first.',
        isFinal: false,
      };
  }
}

/** What was asked for, as the record tells it: `asked for a refund`. */
export function askedWords(action: MendAction): string {
  switch (action) {
    case 'refund':
      return 'asked for a refund';
    case 'void':
      return 'asked to release it at Stripe';
    case 'capture':
      return 'asked to take the money';
    case 'read_back':
      return 'asked Stripe, to book what it says';
    case 'correct':
      return 'had the ledger corrected';
    case 'release':
      return 'put the stock back on sale';
    case 'resume':
      return 'resumed it from its record';
    case 'catch_up':
      return 'caught its workflow up';
    case 'retry':
      return 'had it tried at once';
  }
}

/** How a mend went; null while it is under way. */
export function outcomeWords(outcome: Mend['outcome']): { label: string; tone: Tone } {
  switch (outcome) {
    case null:
      return { label: 'Under way', tone: 'info' };
    case 'mended':
      return { label: 'Done', tone: 'good' };
    case 'refused':
      return { label: 'Not set right', tone: 'warn' };
    case 'failed':
      return { label: 'Failed', tone: 'bad' };
  }
}

/** The note of a mend as a sentence. */
export function noteWords(note: string): string {
  const text = capital(note.trim());
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
