/** Routes with their schemas: what validates a request is what the OpenAPI document is generated from. */

import Router from '@koa/router';
import type { z } from 'zod';
import { idempotencyKeySchema } from '../../domain/contract/fields.ts';
import type { ErrorCode } from '../../domain/failures.ts';
import type { People, Person } from '../people/people.ts';
import { invalidRequest, notFound } from './api-error.ts';
import type { ApiContext, ApiState, Request } from './context.ts';
import type { Reads } from './reads.ts';
import { readJson } from './read-body.ts';
import { validate } from './validate.ts';

/** Possible answers by status; null where there is no JSON body. */
export type Answers = Readonly<Record<number, z.ZodType | null>>;
type AnswerOf<A extends Answers> = {
  [Status in keyof A & number]: A[Status] extends z.ZodType
    ? { readonly status: Status; readonly body: z.output<A[Status]> }
    : { readonly status: Status };
}[keyof A & number];

type Output<Schema> = Schema extends z.ZodType ? z.output<Schema> : undefined;

/** A request that passed its schemas. */
export interface Call<Query, Body> {
  readonly ctx: Request;
  readonly requestId: string;
  /** From the path. Ids are UUIDs: another form is answered not_found before the route is called. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly idempotencyKey: string | undefined;
  /** Who asks; looked up once, when first wanted. */
  person(): Promise<Person>;
}

interface RouteDescription {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As @koa/router writes it: `/api/orders/:id`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Who may, in words, for the document. */
  readonly who: string;
  /** `required` or, on every other POST, accepted. */
  readonly idempotencyKey?: 'required';
  /** The route reads the body itself: its content types, for the document. */
  readonly rawBody?: readonly string[];
  readonly errors?: readonly ErrorCode[];
  /** It only reads our databases, by the connections for that: it waits its turn with all that does. */
  readonly isRead?: true;
}

/** A route as the router and the document need it. */
export interface Route extends RouteDescription {
  readonly query?: z.ZodType | undefined;
  readonly body?: z.ZodType | undefined;
  readonly answers: Answers;
  handle(call: Call<never, never>): Promise<{ readonly status: number; readonly body?: unknown }>;
}

/** Ties a handler to its schemas; the handler gets validated values and must answer one of `answers`. */
export function defineRoute<
  const A extends Answers,
  Query extends z.ZodType | undefined = undefined,
  Body extends z.ZodType | undefined = undefined,
>(
  route: RouteDescription & {
    readonly query?: Query;
    readonly body?: Body;
    readonly answers: A;
    handle(call: Call<Output<NoInfer<Query>>, Output<NoInfer<Body>>>): Promise<AnswerOf<NoInfer<A>>>;
  },
): Route {
  return route;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A router that answers `routes`. */
export function mountRoutes(
  routes: readonly Route[],
  people: People,
  reads: Pick<Reads, 'run'>,
): Router<ApiState, ApiContext> {
  const router = new Router<ApiState, ApiContext>();
  for (const route of routes) {
    router.register(route.path, [route.method], async (ctx) => {
      ctx.state.route = route.path;
      // What people ask of an API belongs to them: no cache keeps it unless the route says so.
      ctx.set('Cache-Control', 'no-store');
      const call = await readCall(route, ctx, people);
      const answer = await (route.isRead
        ? reads.run(ctx.state.client, () => route.handle(call))
        : route.handle(call));
      ctx.status = answer.status;
      if (answer.body !== undefined) ctx.body = answer.body;
    });
  }
  return router;
}

async function readCall(route: Route, ctx: Request, people: People): Promise<Call<never, never>> {
  const params = (ctx as unknown as { params: Record<string, string> }).params;
  for (const [name, value] of Object.entries(params)) {
    if (name.toLowerCase().endsWith('id') && !UUID.test(value)) throw notFound();
  }
  const idempotencyKey = readIdempotencyKey(route, ctx);
  return {
    ctx,
    requestId: ctx.state.requestId,
    params,
    query: (route.query ? validate(route.query, { ...ctx.query }, 'query') : undefined) as never,
    body: (route.body ? validate(route.body, await readJson(ctx), 'body') : undefined) as never,
    idempotencyKey,
    person: () => people.identify(ctx),
  };
}

function readIdempotencyKey(route: Route, ctx: Request): string | undefined {
  if (route.method !== 'post') return undefined;
  const given = ctx.get('Idempotency-Key');
  if (given === '' && route.idempotencyKey !== 'required') return undefined;
  if (idempotencyKeySchema.safeParse(given).success) return given;
  throw invalidRequest(
    given === ''
      ? 'The header Idempotency-Key is missing: send a new random UUID with every new request, and the same one with a repeat.'
      : 'The header Idempotency-Key must be a UUID or 22 to 64 letters, digits, “-” or “_”.',
    [{ path: ['Idempotency-Key'], message: given === '' ? 'is required' : 'has the wrong form' }],
  );
}
