import { secretKeyRequired } from '../protocol/api-keys.ts';
import { unknownRoute } from '../protocol/errors.ts';
import { eventRoutes } from './event-routes.ts';
import { moneyRoutes } from './money-routes.ts';
import { paymentRoutes } from './payment-routes.ts';
import type { Route } from '../protocol/route.ts';
import { savedCardRoutes } from './saved-card-routes.ts';

/** Every call of the API. */
export const routes: readonly Route[] = [
  ...paymentRoutes,
  ...savedCardRoutes,
  ...moneyRoutes,
  ...eventRoutes,
];

/** Returns the route of a request and the ids in its path. Throws Stripe's 404 when there is none, and 403 when the key may not call it. */
export function findRoute(
  method: string,
  path: string,
  publishable: boolean,
): { route: Route; ids: [string, string] } {
  const route = routes.find((one) => fits(one, method, path));
  if (!route) throw unknownRoute(method, path);
  if (publishable && route.browser !== true) throw secretKeyRequired();
  const given = path.split('/');
  const ids = partsOf(route).flatMap((part, index) => (part === ':id' ? [decoded(given[index] ?? '')] : []));
  return { route, ids: [ids[0] ?? '', ids[1] ?? ''] };
}

/** Returns true when a request is for that call. */
export function fits(route: Route, method: string, path: string): boolean {
  if (route.method !== method) return false;
  const parts = partsOf(route);
  const given = path.split('/');
  return (
    parts.length === given.length &&
    parts.every((part, index) => (part === ':id' ? given[index] !== '' : part === given[index]))
  );
}

const split = new Map<Route, string[]>();

function partsOf(route: Route): string[] {
  let parts = split.get(route);
  if (!parts) split.set(route, (parts = route.path.split('/')));
  return parts;
}

/** Returns the id in a part of a path, decoded. A part whose encoding is broken is returned as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
