/** Routes of the contract: the checks before a handler runs, and the handler's input. */

import Router from '@koa/router';
import { idempotencyKeySchema } from '../../domain/contract/fields.ts';
import type { Share } from '../../domain/contract/orders.ts';
import type { RouteContract } from '../../domain/contract/route.ts';
import {
  ROUTE_NAMES,
  ROUTES,
  splitRoute,
  type AnswerOf,
  type ParamsOf,
  type ReadOf,
  type RouteName,
  type Routes,
} from '../../domain/contract/routes.ts';
import { ACTIONS, needsAccount, type GuestAction } from '../../domain/permissions.ts';
import type { Database } from '../../db/database.ts';
import type { TabPeople } from '../../db/orders/tabs/present-tab.ts';
import { readOrderFor, type OrderAccess } from '../people/access.ts';
import { readPeopleFor, readTabFor, type TabAccess } from '../tabs/access.ts';
import type { People, Person, SignedIn } from '../people/people.ts';
import { assertMay } from '../people/permit.ts';
import { forbidden, invalidRequest, notFound } from './api-error.ts';
import type { ApiContext, ApiState, Request } from './context.ts';
import type { Reads } from './reads.ts';
import { readJson } from './read-body.ts';
import { validate } from './validate.ts';

/** A request that passed its schemas and the permission check. */
interface AnyCall<Name extends RouteName> {
  readonly ctx: Request;
  readonly requestId: string;
  /** Path parameters. Ids are UUIDs: any other form responds with not_found before the handler runs. */
  readonly params: ParamsOf<Name>;
  readonly query: ReadOf<Name, 'query'>;
  readonly body: ReadOf<Name, 'body'>;
  readonly idempotencyKey: Routes[Name] extends { idempotencyKey: 'required' } ? string : string | undefined;
  /** The caller; looked up once, on first use. */
  person(): Promise<Person>;
}

type PermissionOf<Name extends RouteName> = Routes[Name]['permission'];
type SubjectOf<Name extends RouteName> = (typeof ACTIONS)[PermissionOf<Name>];

type TabAccessOf<Name extends RouteName> = Routes[Name] extends { readsPeople: true }
  ? TabAccess<TabPeople>
  : TabAccess;

/** Input of a handler: the request, plus the data that the permission check has read. */
export type Call<Name extends RouteName> = AnyCall<Name> &
  (PermissionOf<Name> extends GuestAction ? unknown : { readonly user: SignedIn }) &
  (SubjectOf<Name> extends 'order' | 'share' ? { readonly access: OrderAccess } : unknown) &
  (SubjectOf<Name> extends 'tab' ? { readonly access: TabAccessOf<Name> } : unknown) &
  (SubjectOf<Name> extends 'share' ? { readonly share: Share } : unknown);

type Handler<Name extends RouteName> = (call: Call<Name>) => Promise<AnswerOf<Name>>;

/** A handler per route of the contract; the compiler reports a missing one. */
export type Handlers = { readonly [Name in RouteName]: Handler<Name> };

interface RouterDependencies {
  readonly people: People;
  readonly reads: Pick<Reads, 'run' | 'orders'>;
  readonly orders: Database;
}

/** Returns a router for all routes of the contract, with permission checks. */
export function mountRoutes(
  handlers: Handlers,
  dependencies: RouterDependencies,
): Router<ApiState, ApiContext> {
  const { people, reads } = dependencies;
  const router = new Router<ApiState, ApiContext>();
  for (const name of ROUTE_NAMES) {
    const route: RouteContract = ROUTES[name];
    const { method, path } = splitRoute(name);
    const handle = handlers[name] as (call: object) => Promise<{ status: number; body?: unknown }>;
    router.register(path, [method.toLowerCase()], async (ctx) => {
      ctx.state.route = path;
      // API responses are private: no cache stores them unless the route says so.
      ctx.set('Cache-Control', 'no-store');
      const person = () => people.identify(ctx);
      await assertMay(route.permission, person);
      const request = await readRequest(method, route, ctx);
      const respond = async () => {
        const found = await findSubject(route, request.params, person, dependencies);
        return handle({ ...request, ...found, ctx, requestId: ctx.state.requestId, person });
      };
      const answer = await (route.isRead ? reads.run(ctx.state.client, respond) : respond());
      ctx.status = answer.status;
      if (answer.body !== undefined) ctx.body = answer.body;
    });
  }
  return router;
}

/**
 * Reads the order, its share, or the tab that the request acts on. Throws not_found if the caller has no relation to it, and
 * forbidden if she has one but lacks permission.
 */
async function findSubject(
  { permission, isRead, readsPeople }: RouteContract,
  params: Readonly<Record<string, string>>,
  person: () => Promise<Person>,
  { reads, orders }: RouterDependencies,
): Promise<object> {
  const subject = ACTIONS[permission];
  // If permission needs no account, the caller is not looked up.
  if (subject === 'shop') return needsAccount(permission) ? { user: (await person()).user } : {};
  const who = await person();
  const database = isRead ? reads.orders : orders;
  const id = params['id'] ?? '';
  if (subject === 'tab') {
    const access = await (readsPeople ? readPeopleFor : readTabFor)(database, id, who);
    if (!access.may(permission)) throw forbidden();
    return { access, user: who.user };
  }
  const access = await readOrderFor(database, id, who);
  const share = access.record.order.shares.find(({ id }) => id === params['shareId']);
  if (subject === 'share' && !share) throw notFound('This share');
  if (!access.may(permission, share)) throw forbidden();
  return { access, share, user: who.user };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

async function readRequest(method: string, route: RouteContract, ctx: Request) {
  const params = (ctx as unknown as { params: Record<string, string> }).params;
  for (const [name, value] of Object.entries(params)) {
    const isId = name.toLowerCase().endsWith('id');
    // No text in PostgreSQL holds a NUL.
    if (value.includes('\0') || (isId && !UUID.test(value))) throw notFound();
  }
  const idempotencyKey = method === 'POST' ? readIdempotencyKey(route, ctx) : undefined;
  return {
    params,
    query: route.query && validate(route.query, { ...ctx.query }, 'query'),
    body: route.body && validate(route.body, await readJson(ctx), 'body'),
    idempotencyKey,
  };
}

function readIdempotencyKey(route: RouteContract, ctx: Request): string | undefined {
  const given = ctx.get('Idempotency-Key');
  if (given === '' && route.idempotencyKey !== 'required') return undefined;
  if (idempotencyKeySchema.safeParse(given).success) return given;
  throw invalidRequest(
    given === ''
      ? 'The header Idempotency-Key is missing: send a new random UUID with every new request, and the same one with a repeat.'
      : 'The header Idempotency-Key must be a UUID or 22 to 64 letters, digits, “-” or “_”.',
    [
      {
        path: ['Idempotency-Key'],
        ...(given === '' ? { code: 'required' } : { code: 'wrong_format', format: 'other' }),
      },
    ],
  );
}
