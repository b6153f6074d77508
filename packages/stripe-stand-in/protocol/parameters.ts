import { invalidRequest, StripeError } from './errors.ts';
import type { FormParams } from './form-encoding.ts';
import { boolean } from './parameter-kinds.ts';
import { invalid, type Reader, type RequiredReader, type Shape, type Values } from './reader.ts';

/**
 * Reads all parameters as strictly as Stripe: unknown first, then missing, then each value.
 * What it refuses counts as refused before execution: no idempotency key keeps it.
 */
export function readParams<S extends Shape>(shape: S, params: FormParams, path = ''): Values<S> {
  try {
    return readAll(shape, params, path);
  } catch (error) {
    if (error instanceof StripeError) error.beforeExecution = true;
    throw error;
  }
}

function readAll<S extends Shape>(shape: S, params: FormParams, path: string): Values<S> {
  const at = (key: string): string => (path === '' ? key : `${path}[${key}]`);
  const unknown = Object.keys(params).filter((key) => !Object.hasOwn(shape, key));
  if (unknown.length > 0) {
    const names = unknown.map(at);
    throw invalidRequest(`Received unknown parameter${names.length > 1 ? 's' : ''}: ${names.join(', ')}`, {
      code: 'parameter_unknown',
      param: names[0] ?? '',
    });
  }
  const values: Record<string, unknown> = {};
  for (const [key, reader] of Object.entries(shape)) {
    const value = params[key];
    if (value === undefined) {
      if (reader.required === true) {
        throw invalidRequest(`Missing required param: ${at(key)}.`, {
          code: 'parameter_missing',
          param: at(key),
        });
      }
      continue;
    }
    values[key] = reader.read(value, at(key));
  }
  return values as Values<S>;
}

/** The parameter must be given. */
export function required<T>(reader: Reader<T>): RequiredReader<T> {
  return { ...reader, required: true };
}

/** As the reader, but an empty value unsets: null. */
export function clearable<T>(reader: Reader<T>): Reader<T | null> {
  return { read: (value, path) => (value === '' ? null : reader.read(value, path)) };
}

/** A list. */
export function listOf<T>(reader: Reader<T>): Reader<T[]> {
  return {
    read: (value, path) => {
      if (!Array.isArray(value)) throw invalid('array', value, path);
      return value.map((item, index) => reader.read(item, `${path}[${index}]`));
    },
  };
}

/** A hash with a nested shape. */
export function hash<S extends Shape>(shape: S): Reader<Values<S>> {
  return {
    read: (value, path) => {
      if (typeof value === 'string' || Array.isArray(value))
        throw invalidRequest('Invalid object', { param: path });
      return readParams(shape, value, path);
    },
  };
}

/** A boolean, or one of a closed list. */
export function booleanOr<const T extends string>(...choices: readonly T[]): Reader<boolean | T> {
  return {
    read: (value, path) => choices.find((choice) => choice === value) ?? boolean().read(value, path),
  };
}
