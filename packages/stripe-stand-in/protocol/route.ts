import type { Call } from './call.ts';
import type { FormParams } from './form-encoding.ts';
import { readParams } from './parameters.ts';

/** Checks the parameters and returns the function that executes the call. No idempotency key keeps what the check refuses. */
type Handler = (call: Call, params: FormParams, id: string, secondId: string) => () => object;

/** One call of the API. */
export interface Route {
  method: 'GET' | 'POST' | 'DELETE';
  /** `:id` stands for one part of the path. */
  path: string;
  handler: Handler;
  /** May be called with a publishable key. */
  browser?: true;
}

/** Refuses every parameter. */
export const noParams = (params: FormParams): void => {
  readParams({}, params);
};

/** Creates a handler that reads its parameters during execution. They are checked before anything is written. */
export const simple =
  (work: (call: Call, params: FormParams, id: string) => object): Handler =>
  (call, params, id) =>
  () =>
    work(call, params, id);

/** A call without parameters. */
export const retrieve =
  (work: (call: Call, id: string) => object): Handler =>
  (call, params, id) => {
    noParams(params);
    return () => work(call, id);
  };
