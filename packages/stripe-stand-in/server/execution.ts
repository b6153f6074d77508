import { checked } from '../protocol/api-request.ts';
import { presentErrorToBrowser, presentToBrowser } from '../protocol/browser-view.ts';
import type { Call } from '../protocol/call.ts';
import { internalError, StripeError } from '../protocol/errors.ts';
import { type Exchange, faultOf } from './exchange.ts';
import { expand } from '../protocol/expansion.ts';
import type { Fault } from '../faults/faults.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { text } from '../protocol/parameter-kinds.ts';
import { listOf, readParams } from '../protocol/parameters.ts';
import type { Route } from '../protocol/route.ts';
import { undoUnlessKept } from './undo.ts';

/** The result of executing a call: a response body, or a failure. `begun`: an idempotency key keeps it. */
export type Outcome = { readonly begun: boolean } & (
  { readonly body: string } | { readonly error: StripeError }
);

/** Executes one call, within a transaction. Applies faults that replace the call or hide its outcome. */
export function execute(exchange: Exchange, call: Call, route: Route, ids: [string, string]): Outcome {
  const given = faultOf(exchange, 'answer');
  if (given) return answerAsked(given);
  if (faultOf(exchange, 'error_before')) return { begun: true, error: internalError() };
  const outcome = outcomeOf(call, exchange.params, route, ids);
  return outcome.begun && faultOf(exchange, 'error_after')
    ? { begun: true, error: internalError() }
    : outcome;
}

function outcomeOf(call: Call, params: FormParams, route: Route, ids: [string, string]): Outcome {
  const present = (object: object): object => (call.publishable ? presentToBrowser(object) : object);
  try {
    const { expand: paths, ...given } = params;
    const wanted = readParams({ expand: listOf(text()) }, paths === undefined ? {} : { expand: paths });
    const work = checked(() => route.handler(call, given, ...ids));
    const answer = (): string => JSON.stringify(expand(call, present(work()), wanted.expand ?? []));
    return { begun: true, body: undoUnlessKept(call.store, answer) };
  } catch (error) {
    if (error instanceof StripeError) {
      if (call.publishable) error.body = presentErrorToBrowser(error.body);
      return { begun: !error.beforeExecution, error };
    }
    console.error(error);
    return { begun: true, error: internalError() };
  }
}

/** Statuses of responses sent before execution, which no idempotency key stores. */
const NEVER_KEPT = [401, 409, 429];

function answerAsked({ status = 400, error }: Fault): Outcome {
  const type = status === 402 ? 'card_error' : status >= 500 ? 'api_error' : 'invalid_request_error';
  const body = { type, message: 'A fault was asked for.', ...error } as const;
  return { begun: !NEVER_KEPT.includes(status), error: new StripeError(status, body) };
}
