import { isCurrency, supportedCurrencies } from './currencies.ts';
import { invalidRequest } from './errors.ts';
import { invalid, type Reader } from './reader.ts';

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

/** The type of an event, or `*`; what cannot be one is refused. */
export function eventType(): Reader<string> {
  return {
    read: (value, path) => {
      if (typeof value !== 'string' || !/^(\*|[a-z_0-9]+(\.[a-z_0-9]+)+)$/.test(value)) {
        const shown = typeof value === 'string' ? value : JSON.stringify(value);
        throw invalidRequest(`Invalid ${path}: ${shown} is not the type of an event.`, { param: path });
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
