import type { DefaultContext, ParameterizedContext } from 'koa';
import type { Person } from '../people/people.ts';
import type { Client } from './client-address.ts';

/** What the middleware learns of a request on its way to the route. */
export interface ApiState {
  /** Ours, or the caller's own `X-Request-Id`; in the answer, in every log line, and on the workflow it starts. */
  requestId: string;
  client: Client;
  /** The pattern of the route that answered, for logs and metrics: never holds an id or a query. */
  route?: string;
  person?: Promise<Person>;
}

export type ApiContext = DefaultContext;

/** A request on its way through the middleware. */
export type Request = ParameterizedContext<ApiState, ApiContext, unknown>;
