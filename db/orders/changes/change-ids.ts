/** Ids that follow from a change's: a step that is repeated finds what it has written. */

import { deriveId } from '../../ids.ts';

/** Returns the id of the share with which somebody pays her part of a change. */
export function changeShareIdOf(changeId: string, participantId: string): string {
  return deriveId('share', 'change', changeId, participantId);
}

/** Returns the id of the attempt that comes with a change, to pay the part of its maker or, in cash, of anybody. */
export function changeAttemptIdOf(changeId: string, participantId: string): string {
  return deriveId('payment-attempt', 'change', changeId, participantId);
}

/** Returns the id of the refund with which a change gives back money of a payment. */
export function refundOfChange(changeId: string, paymentId: string): string {
  return deriveId('refund', 'change', changeId, paymentId);
}
