import { addressRows, type Shop } from '../../domain/shop.ts';

/** Who the mail is from, on one line: name, address and tax id, as far as the shop tells them. */
export function imprintOf(shop: Shop): string {
  const taxId = shop.taxId === '' ? [] : [`Tax id ${shop.taxId}`];
  return [shop.name, ...addressRows(shop), ...taxId].join(' · ');
}
