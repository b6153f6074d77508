/** Texts about mends for staff: what an action does, who asked for it, and its outcome. */

import { staffDifferences } from '#messages';
import type { Difference } from '#domain/contract/reconciliation.ts';
import type { MendAction, MendNote } from '#domain/reconciliation.ts';
import { codeWords } from '../orders/words.ts';
import type { Tone } from '../../ui/Badge.svelte';
import { moneyOf, orderWords } from './phrases.ts';

type Mend = Difference['mends'][number];

/** The label of a difference's action, and the description in its dialog. */
export interface MendWords {
  readonly label: string;
  readonly question: string;
  readonly consequence: string;
  /** Whether it moves money irreversibly. */
  readonly isFinal: boolean;
}

/** Returns the texts of a difference's only action and of its dialog. */
export function mendWords(action: MendAction, difference: Difference): MendWords {
  const about = { money: moneyOf(difference) ?? 'none', order: orderWords(difference) };
  switch (action) {
    case 'refund':
      return {
        label: staffDifferences.refund(about),
        question: staffDifferences.refundQuestion(about),
        consequence: staffDifferences.refundText(about),
        isFinal: true,
      };
    case 'void':
      return difference.kind === 'orphaned_intent'
        ? {
            label: staffDifferences.cancelPayment(),
            question: staffDifferences.cancelPaymentQuestion(),
            consequence: staffDifferences.cancelPaymentText(),
            isFinal: false,
          }
        : {
            label: staffDifferences.release(about),
            question: staffDifferences.releaseQuestion(about),
            consequence: staffDifferences.releaseText(about),
            isFinal: true,
          };
    case 'capture':
      return {
        label: staffDifferences.capture(about),
        question: staffDifferences.captureQuestion(about),
        consequence: staffDifferences.captureText(about),
        isFinal: true,
      };
    case 'read_back':
      return {
        label: staffDifferences.readBack(),
        question: staffDifferences.readBackQuestion(),
        consequence: staffDifferences.readBackText(about),
        isFinal: false,
      };
    case 'correct':
      return {
        label: staffDifferences.correct(),
        question: staffDifferences.correctQuestion(),
        consequence: staffDifferences.correctText(about),
        isFinal: false,
      };
    case 'release':
      return {
        label: staffDifferences.putBack(),
        question: staffDifferences.putBackQuestion(),
        consequence: staffDifferences.putBackText(about),
        isFinal: false,
      };
    case 'resume':
      return { ...resumeWords(difference), consequence: staffDifferences.resumeText(), isFinal: false };
    case 'catch_up':
      return {
        label: staffDifferences.catchUp(),
        question: staffDifferences.catchUpQuestion(),
        consequence: staffDifferences.catchUpText(about),
        isFinal: false,
      };
    case 'reopen':
      return {
        label: staffDifferences.reopenTab(),
        question: staffDifferences.reopenTabQuestion(),
        consequence: staffDifferences.reopenTabText(),
        isFinal: false,
      };
    case 'retry':
      return {
        label: staffDifferences.retry(),
        question: staffDifferences.retryQuestion(),
        consequence: staffDifferences.retryText(),
        isFinal: false,
      };
  }
}

function resumeWords(difference: Difference): Pick<MendWords, 'label' | 'question'> {
  if (difference.details.refundId !== undefined)
    return { label: staffDifferences.resumeRefund(), question: staffDifferences.resumeRefundQuestion() };
  if (difference.details.tabId !== undefined)
    return { label: staffDifferences.resumeTab(), question: staffDifferences.resumeTabQuestion() };
  return {
    label: staffDifferences.resumeOrder(),
    question: staffDifferences.resumeOrderQuestion({ order: orderWords(difference) }),
  };
}

/** Returns the action in the past tense for the record: `asked for a refund`. */
export function askedWords(action: MendAction): string {
  switch (action) {
    case 'refund':
      return staffDifferences.askedRefund();
    case 'void':
      return staffDifferences.askedVoid();
    case 'capture':
      return staffDifferences.askedCapture();
    case 'read_back':
      return staffDifferences.askedReadBack();
    case 'correct':
      return staffDifferences.askedCorrect();
    case 'release':
      return staffDifferences.askedPutBack();
    case 'resume':
      return staffDifferences.askedResume();
    case 'catch_up':
      return staffDifferences.askedCatchUp();
    case 'reopen':
      return staffDifferences.askedReopen();
    case 'retry':
      return staffDifferences.askedRetry();
  }
}

/** Returns the outcome of a mend; null while it is running. */
export function outcomeWords(outcome: Mend['outcome']): { label: string; tone: Tone } {
  switch (outcome) {
    case null:
      return { label: staffDifferences.outcomeUnderWay(), tone: 'info' };
    case 'mended':
      return { label: staffDifferences.outcomeMended(), tone: 'good' };
    case 'refused':
      return { label: staffDifferences.outcomeRefused(), tone: 'warn' };
    case 'failed':
      return { label: staffDifferences.outcomeFailed(), tone: 'bad' };
  }
}

const NOTES = {
  gone_already: staffDifferences.noteGoneAlready(),
  changed_meanwhile: staffDifferences.noteChangedMeanwhile(),
  still_there: staffDifferences.noteStillThere(),
  taken_meanwhile: staffDifferences.noteTakenMeanwhile(),
  being_tried: staffDifferences.noteBeingTried(),
  workflow_at_work: staffDifferences.noteWorkflowAtWork(),
  ended_meanwhile: staffDifferences.noteEndedMeanwhile(),
  stripe_unreachable: staffDifferences.noteStripeUnreachable(),
  workflow_ended: staffDifferences.noteWorkflowEnded(),
} as const satisfies Record<MendNote, string>;

/** Returns the note of a mend as a sentence: one of ours, or Stripe's refusal with its code. */
export function noteWords(note: string): string {
  return note in NOTES
    ? NOTES[note as MendNote]
    : staffDifferences.noteStripeRefused({ code: codeWords(note) });
}
