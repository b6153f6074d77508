import type { Action } from '#domain/permissions.ts';

/** Permissions of staff pages. The longest matching prefix counts; the API enforces them. */
const PLACES: readonly { readonly href: string; readonly permission: Action }[] = [
  { href: '/agent', permission: 'board.watch' },
  { href: '/agent/orders', permission: 'order.list_all' },
  { href: '/agent/tabs', permission: 'tab.list_all' },
  { href: '/agent/catalog', permission: 'stock.set' },
  { href: '/agent/catalog/', permission: 'catalog.change' },
  { href: '/agent/spots', permission: 'spots.watch' },
  { href: '/agent/spots/', permission: 'spots.change' },
  { href: '/agent/settings', permission: 'settings.change' },
  { href: '/agent/people', permission: 'people.change' },
  { href: '/agent/differences', permission: 'difference.read' },
];

/** Returns the permission for the staff page at this address. */
export function permissionAt(pathname: string): Action {
  const [place] = PLACES.filter(({ href }) => pathname.startsWith(href)).toSorted(
    (left, right) => right.href.length - left.href.length,
  );
  return place?.permission ?? 'board.watch';
}
