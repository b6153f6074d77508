import type { OrderAnswer } from '../api/answers.ts';

let placed: OrderAnswer | undefined;

/** Hands the answer of placing an order to the order's page, which then shows it at once. */
export function rememberPlaced(answer: OrderAnswer): void {
  placed = answer;
}

/** What was handed over for this order, once. */
export function takePlaced(orderId: string): OrderAnswer | undefined {
  const answer = placed?.order.id === orderId ? placed : undefined;
  placed = undefined;
  return answer;
}
