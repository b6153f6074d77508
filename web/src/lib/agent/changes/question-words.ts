/** What staff read of a question about what has run out. */

import { staffChange } from '#messages';
import type { Question } from './kitchen.ts';

const ANSWERS = {
  take: staffChange.answerTake,
  choose: () => staffChange.answerChoose(),
  leave_out: () => staffChange.answerLeaveOut(),
  cancel: () => staffChange.answerCancel(),
} as const satisfies Record<NonNullable<Question['answer']>, (about: { suggestion: string }) => string>;

/** Returns what came of a question; `none` stands for a suggestion that there is not. */
export function answerWords({ status, answer, suggestion }: Question): string {
  if (status === 'withdrawn') return staffChange.withdrawnQuestion();
  if (answer === null) return staffChange.waitingForAnswer();
  const words = ANSWERS[answer]({ suggestion: suggestion?.name ?? 'none' });
  return status === 'decided' ? staffChange.unanswered({ what: words }) : words;
}
