import { hasEnded, type OrderStatus } from '#domain/order.ts';

/** Why a guest cannot cancel an order in this status. */
export function tooLateWords(status: OrderStatus): string {
  if (status === 'placing' || status === 'capturing')
    return 'Your payment is being taken at this moment. Look again when it is done.';
  if (status === 'canceled') return 'This order is canceled already.';
  if (hasEnded(status)) return 'This order has come to its end.';
  return 'We have started with your order, so it cannot be canceled here any more. Please talk to our team.';
}
