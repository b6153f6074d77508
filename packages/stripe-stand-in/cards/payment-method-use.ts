import type { Call } from '../protocol/call.ts';
import type { Stored } from '../store/collection.ts';
import { invalidRequest } from '../protocol/errors.ts';
import type { PaymentMethod, PaymentMethodHidden } from '../store/store.ts';

type Method = Stored<PaymentMethod, PaymentMethodHidden>;

/** Throws unless the payment method may pay that intent. Without a customer it is single-use, even if it fails. */
export function assertUsable({ object, hidden }: Method, intentId?: string): void {
  if (object.customer !== null) return;
  if (hidden.spent === true) {
    throw invalidRequest(
      'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use a PaymentMethod multiple times, you must attach it to a Customer first.',
    );
  }
  if (hidden.waitsFor !== undefined && hidden.waitsFor !== intentId) {
    throw invalidRequest(
      'The provided PaymentMethod is already attached to another object. You cannot reuse PaymentMethods without attaching them to a Customer object first.',
    );
  }
}

/** Throws when the payment method can no longer be attached to a customer. */
export function assertAttachable({ object, hidden }: Method): void {
  if (object.customer !== null || hidden.spent !== true) return;
  throw invalidRequest(
    'This PaymentMethod was previously used without being attached to a Customer or was detached from a Customer, and may not be used again.',
  );
}

/** Records that the payment method waits for 3-D Secure for this intent only. */
export function keepFor(call: Call, method: Method, intentId: string): void {
  method.hidden.waitsFor = intentId;
  call.store.paymentMethods.save(method.object, method.hidden);
}

/** Records that the payment method was used or detached. Without a customer, it cannot be used again. */
export function spend(call: Call, method: Method): void {
  delete method.hidden.waitsFor;
  if (method.object.customer === null) method.hidden.spent = true;
  call.store.paymentMethods.save(method.object, method.hidden);
}
