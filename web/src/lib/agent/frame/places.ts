import type { Action } from '#domain/permissions.ts';

/** What of the staff's pages takes which permission. The longest address that fits counts; the API checks again. */
const PLACES: readonly { readonly href: string; readonly permission: Action }[] = [
  { href: '/agent', permission: 'board.watch' },
  { href: '/agent/orders', permission: 'order.list_all' },
  { href: '/agent/catalog', permission: 'stock.set' },
  { href: '/agent/catalog/', permission: 'catalog.change' },
  { href: '/agent/spots', permission: 'spots.change' },
  { href: '/agent/settings', permission: 'settings.change' },
  { href: '/agent/differences', permission: 'difference.read' },
];

/** What one must be allowed to do on the staff's page at this address. */
export function permissionAt(pathname: string): Action {
  const [place] = PLACES.filter(({ href }) => pathname.startsWith(href)).toSorted(
    (left, right) => right.href.length - left.href.length,
  );
  return place?.permission ?? 'board.watch';
}
