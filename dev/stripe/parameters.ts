import { invalidRequest, StripeError } from './errors.ts';
import type { FormParams, FormValue } from './form-encoding.ts';
import { isCurrency, supportedCurrencies } from './currencies.ts';

/** Reads one parameter; throws Stripe's 400 when it is of the wrong kind. `path` is `a[b][0]`. */
export interface Reader<T> {
  read(value: FormValue, path: string): T;
  required?: boolean;
}
interface RequiredReader<T> extends Reader<T> {
  required: true;
}
/** The parameters a call knows. Everything else is refused as unknown. */
export type Shape = Record<string, Reader<unknown>>;
/** What reading a shape gives. */
export type Values<S extends Shape> = {
  [K in keyof S]: S[K] extends RequiredReader<infer T>
    ? T
    : S[K] extends Reader<infer T>
      ? T | undefined
      : never;
};

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

function invalid(kind: string, value: FormValue, path: string, code?: string): StripeError {
  const shown = typeof value === 'string' ? value : JSON.stringify(value);
  return invalidRequest(
    `Invalid ${kind}: ${shown}`,
    code === undefined ? { param: path } : { param: path, code },
  );
}

/** Any text of at most `max` characters; an empty one is refused. */
export function text(max = 5000): Reader<string> {
  return {
    read: (value, path) => {
      if (typeof value !== 'string') throw invalid('string', value, path);
      if (value === '') {
        throw invalidRequest(
          `You passed an empty string for '${path}'. We assume empty values are an attempt to unset a parameter; however '${path}' cannot be unset. You should remove '${path}' from your request or supply a non-empty value.`,
          { code: 'parameter_invalid_empty', param: path },
        );
      }
      if (value.length > max) {
        throw invalidRequest(
          `Invalid string: ${value.slice(0, 20)}...${value.slice(-10)}; must be at most ${max} characters`,
          { param: path },
        );
      }
      return value;
    },
  };
}

/** As the reader, but an empty value unsets: null. */
export function clearable<T>(reader: Reader<T>): Reader<T | null> {
  return { read: (value, path) => (value === '' ? null : reader.read(value, path)) };
}

/** A whole number within bounds. */
export function integer(least: number, most = Number.MAX_SAFE_INTEGER): Reader<number> {
  return {
    read: (value, path) => {
      if (typeof value !== 'string' || !/^-?\d{1,15}$/.test(value)) {
        throw invalid('integer', value, path, 'parameter_invalid_integer');
      }
      const number = Number(value);
      if (number < least) {
        throw invalidRequest(`This value must be greater than or equal to ${least}.`, {
          code: 'parameter_invalid_integer',
          param: path,
        });
      }
      if (number > most) {
        throw invalidRequest(`This value must be less than or equal to ${most}.`, {
          code: 'parameter_invalid_integer',
          param: path,
        });
      }
      return number;
    },
  };
}

/** `true` or `false`. */
export function boolean(): Reader<boolean> {
  return {
    read: (value, path) => {
      if (value !== 'true' && value !== 'false') throw invalid('boolean', value, path);
      return value === 'true';
    },
  };
}

/** One of a closed list. */
export function oneOf<const T extends string>(...choices: readonly T[]): Reader<T> {
  return {
    read: (value, path) => {
      const found = choices.find((choice) => choice === value);
      if (found === undefined) {
        const list =
          choices.length > 1
            ? `${choices.slice(0, -1).join(', ')}, or ${choices.at(-1) ?? ''}`
            : (choices[0] ?? '');
        throw invalidRequest(`Invalid ${path}: must be one of ${list}`, { param: path });
      }
      return found;
    },
  };
}

/** A three-letter currency, lower-cased. */
export function currency(): Reader<string> {
  return {
    read: (value, path) => {
      const code = typeof value === 'string' ? value.toLowerCase() : '';
      if (!isCurrency(code)) {
        throw invalidRequest(
          `Invalid currency: ${typeof value === 'string' ? value : JSON.stringify(value)}. Stripe currently supports these currencies: ${supportedCurrencies.join(', ')}`,
          { param: path },
        );
      }
      return code;
    },
  };
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

/** A hash with a shape of its own. */
export function hash<S extends Shape>(shape: S): Reader<Values<S>> {
  return {
    read: (value, path) => {
      if (typeof value === 'string' || Array.isArray(value))
        throw invalidRequest('Invalid object', { param: path });
      return readParams(shape, value, path);
    },
  };
}

/** A hash that is taken as it is. */
export function anyHash(): Reader<FormParams> {
  return {
    read: (value, path) => {
      if (typeof value === 'string' || Array.isArray(value))
        throw invalidRequest('Invalid object', { param: path });
      return value;
    },
  };
}

/** A boolean, or a hash of its own. */
export function booleanOr<T>(reader: Reader<T>): Reader<boolean | T> {
  return {
    read: (value, path) =>
      typeof value === 'string' ? boolean().read(value, path) : reader.read(value, path),
  };
}

/** A mail address. */
export function email(): Reader<string> {
  return {
    read: (value, path) => {
      if (typeof value !== 'string' || !/^[^@\s]+@[^@\s]+$/.test(value)) {
        throw invalidRequest(`Invalid email address: ${typeof value === 'string' ? value : ''}`, {
          code: 'email_invalid',
          param: path,
        });
      }
      return value;
    },
  };
}

/** An absolute http(s) address. */
export function url(): Reader<string> {
  return {
    read: (value, path) => {
      if (typeof value !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(value)) {
        throw invalidRequest('Not a valid URL', { code: 'url_invalid', param: path });
      }
      return value;
    },
  };
}

/** Exists at Stripe, not here: refused with a sentence that says so. */
export function notHere(): Reader<never> {
  return {
    read: (_value, path) => {
      throw invalidRequest(`The stand-in for Stripe does not know the parameter ${path}, which Stripe has.`, {
        param: path,
      });
    },
  };
}
