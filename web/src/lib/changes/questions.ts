import type { Order } from '#domain/contract/orders.ts';

/** Returns what somebody is asked about lines that have run out, and has not answered. */
export function questionsTo(
  { questions }: Pick<Order, 'questions'>,
  participantId: string | null,
): Order['questions'] {
  return questions.filter((one) => one.status === 'open' && one.participantId === participantId);
}
