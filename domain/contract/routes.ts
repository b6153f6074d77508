/**
 * Every route of the API in one table: method, path, parameters, body, responses and permission. The API implements
 * each of them (api/http/route.ts), pages call them by name (web/src/lib/api/call.ts, types only), and the API document
 * is generated from it.
 */

import type { z } from 'zod';
import type { Method } from './route.ts';
import { basketRoutes } from './routes/basket.ts';
import { changeRoutes } from './routes/changes.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { orderRoutes } from './routes/orders.ts';
import { paymentRoutes } from './routes/payments.ts';
import { peopleRoutes } from './routes/people.ts';
import { reconciliationRoutes } from './routes/reconciliation.ts';
import { roundRoutes } from './routes/rounds.ts';
import { settingsRoutes } from './routes/settings.ts';
import { shopRoutes } from './routes/shop.ts';
import { soldOutRoutes } from './routes/sold-out.ts';
import { spotRoutes } from './routes/spots.ts';
import { tabRoutes } from './routes/tabs.ts';

export const ROUTES = {
  ...shopRoutes,
  ...catalogRoutes,
  ...spotRoutes,
  ...settingsRoutes,
  ...orderRoutes,
  ...changeRoutes,
  ...soldOutRoutes,
  ...paymentRoutes,
  ...reconciliationRoutes,
  ...tabRoutes,
  ...basketRoutes,
  ...roundRoutes,
  ...peopleRoutes,
};
export type Routes = typeof ROUTES;
export type RouteName = keyof Routes;
export const ROUTE_NAMES = Object.keys(ROUTES) as RouteName[];

/** Splits a route's name into method and path. */
export function splitRoute(name: RouteName): { method: Method; path: string } {
  const [method, path] = name.split(' ') as [Method, string];
  return { method, path };
}

/** The parameters in a route's path. */
export type ParamsOf<Name extends RouteName> = Readonly<Record<NamedIn<Name>, string>>;
type NamedIn<Path extends string> = Path extends `${string}:${infer Rest}`
  ? Rest extends `${infer Param}/${infer More}`
    ? Param | NamedIn<More>
    : Rest
  : never;

/** A route's query or body as sent; undefined for a route that takes none. */
export type SentOf<Name extends RouteName, Part extends 'query' | 'body'> =
  Routes[Name] extends Record<Part, infer Schema extends z.ZodType> ? z.input<Schema> : undefined;

/** A route's query or body after validation; undefined for a route that takes none. */
export type ReadOf<Name extends RouteName, Part extends 'query' | 'body'> =
  Routes[Name] extends Record<Part, infer Schema extends z.ZodType> ? z.output<Schema> : undefined;

/** A response of a route: one of its statuses with the matching body. */
export type AnswerOf<Name extends RouteName> = AnswerIn<Routes[Name]['answers']>;
type AnswerIn<Answers> = {
  [Status in keyof Answers & number]: Answers[Status] extends z.ZodType
    ? { readonly status: Status; readonly body: z.output<Answers[Status]> }
    : { readonly status: Status };
}[keyof Answers & number];

/** The body of a route's responses; undefined if there is none. */
export type BodyOf<Name extends RouteName> =
  AnswerOf<Name> extends infer Answer ? (Answer extends { body: infer Body } ? Body : undefined) : never;
