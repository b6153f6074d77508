import { addressRows } from '../../domain/shop.ts';
import type { Reader } from './reader.ts';

/** Who the mail is from, on one line: name, address and tax id, as far as the shop tells them. */
export function imprintOf({ shop, messages }: Reader): string {
  return [shop.name, ...addressRows(shop), ...taxIdOf({ shop, messages })].join(' · ');
}

/** The shop's tax id in words, if it tells one. */
export function taxIdOf({ shop: { taxId }, messages }: Pick<Reader, 'shop' | 'messages'>): string[] {
  return taxId === '' ? [] : [messages.mails.taxId({ taxId })];
}
