import type { DefaultContext, ParameterizedContext } from 'koa';
import type { Person } from '../people/people.ts';
import type { Client } from './client-address.ts';

/** Request state that the middleware adds for the route. */
export interface ApiState {
  /**
   * Generated, or the caller's `X-Request-Id`. Echoed in the response, logged on every line, and set on started
   * workflows.
   */
  requestId: string;
  client: Client;
  /** The pattern of the matched route, for logs and metrics. It never contains an id or a query. */
  route?: string;
  person?: Promise<Person>;
}

export type ApiContext = DefaultContext;

/** The context of a request in the middleware. */
export type Request = ParameterizedContext<ApiState, ApiContext, unknown>;
