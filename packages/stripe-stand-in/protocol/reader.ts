import { invalidRequest, type StripeError } from './errors.ts';
import type { FormValue } from './form-encoding.ts';

/** Reads one parameter; throws Stripe's 400 when it is of the wrong kind. `path` is `a[b][0]`. */
export interface Reader<T> {
  read(value: FormValue, path: string): T;
  required?: boolean;
}
/** A reader of a parameter that must be given. */
export interface RequiredReader<T> extends Reader<T> {
  required: true;
}
/** The parameters a call knows. Everything else is refused as unknown. */
export type Shape = Record<string, Reader<unknown>>;
/** The result of reading a shape. */
export type Values<S extends Shape> = {
  [K in keyof S]: S[K] extends RequiredReader<infer T>
    ? T
    : S[K] extends Reader<infer T>
      ? T | undefined
      : never;
};

/** Stripe's 400 for a value of the wrong kind. */
export function invalid(kind: string, value: FormValue, path: string, code?: string): StripeError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return invalidRequest(
    `Invalid ${kind}: ${shown}`,
    code === undefined ? { param: path } : { param: path, code },
  );
}

/**
 * Checked at compile time with `satisfies`: the shape knows every parameter of the SDK's call, so that none that
 * Stripe accepts is rejected as unknown. `expand` is read for all calls at once.
 */
export type ShapeOf<Params> = Record<
  Exclude<keyof Exclude<Params, '' | null | undefined>, 'expand'>,
  Reader<unknown>
>;
