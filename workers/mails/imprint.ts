import { addressRows } from '../../domain/shop.ts';
import type { Reader } from './reader.ts';

/** Returns the sender on one line: name, address and tax id, as far as they are set. */
export function imprintOf({ shop, messages }: Reader): string {
  return [shop.name, ...addressRows(shop), ...taxIdOf({ shop, messages })].join(' · ');
}

/** Returns the shop's tax id in words, if it is set. */
export function taxIdOf({ shop: { taxId }, messages }: Pick<Reader, 'shop' | 'messages'>): string[] {
  return taxId === '' ? [] : [messages.mails.taxId({ taxId })];
}
