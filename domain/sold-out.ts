/** What becomes of a line that runs out after it was ordered. */

/** What its orderer chose for that case. */
export const SOLD_OUT_CHOICES = ['ask', 'replace', 'leave_out', 'cancel'] as const;
export type SoldOutChoice = (typeof SOLD_OUT_CHOICES)[number];

/** How she is asked, until when she answers, or what is done without her. */
export const QUESTION_STATUSES = ['open', 'answered', 'decided', 'withdrawn'] as const;

export const SOLD_OUT_ANSWERS = ['take', 'choose', 'leave_out', 'cancel'] as const;
