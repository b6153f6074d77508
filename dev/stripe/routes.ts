import { secretKeyRequired } from './api-keys.ts';
import { unknownRoute } from './errors.ts';
import { eventRoutes } from './event-routes.ts';
import { moneyRoutes } from './money-routes.ts';
import { paymentRoutes } from './payment-routes.ts';
import type { Route } from './route.ts';
import { savedCardRoutes } from './saved-card-routes.ts';

const routes: readonly Route[] = [...paymentRoutes, ...savedCardRoutes, ...moneyRoutes, ...eventRoutes];

interface Leaf {
  parts: string[];
  route: Route;
}
const leaves: Leaf[] = [];

function leavesOf(): Leaf[] {
  if (leaves.length === 0) leaves.push(...routes.map((route) => ({ parts: route.path.split('/'), route })));
  return leaves;
}

/** The route of a request and the ids in its path; Stripe's 404 when there is none, 403 when the key may not. */
export function findRoute(
  method: string,
  path: string,
  publishable: boolean,
): { route: Route; ids: [string, string] } {
  const given = path.split('/');
  for (const { parts, route } of leavesOf()) {
    if (route.method !== method || parts.length !== given.length) continue;
    const ids: string[] = [];
    const fits = parts.every((part, index) => {
      const value = given[index] ?? '';
      if (part !== ':id') return part === value;
      ids.push(decodeURIComponent(value));
      return value !== '';
    });
    if (!fits) continue;
    if (publishable && route.browser !== true) throw secretKeyRequired();
    return { route, ids: [ids[0] ?? '', ids[1] ?? ''] };
  }
  const error = unknownRoute(method, path);
  error.beforeExecution = true;
  throw error;
}
