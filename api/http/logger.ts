import { pino, type DestinationStream, type Logger } from 'pino';

/** Names of fields that are redacted wherever they occur, up to four levels deep. */
const SECRET_FIELDS = [
  'authorization',
  'cookie',
  'set-cookie',
  'password',
  'newPassword',
  'currentPassword',
  'token',
  'guestToken',
  'secret',
  'appSecret',
  'secretKey',
  'webhookSecret',
  'clientSecret',
  'client_secret',
  'paymentMethodId',
  'email',
  'name',
  'place',
  'note',
  'contact',
  'url',
  'body',
];
/** Of the fields above, values that identify an error, never a person, are kept. */
const redact = SECRET_FIELDS.flatMap((field) =>
  ['', '*.', '*.*.', '*.*.*.'].map((prefix) =>
    field.includes('-') ? `${prefix}["${field}"]`.replace('.["', '["') : `${prefix}${field}`,
  ),
);

/**
 * Structured logs, one JSON object per line. Values that could be personal or secret are replaced by `[redacted]`.
 * Errors keep only the parts that cannot quote data.
 */
export function createLogger(options: { level: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: redact, censor: '[redacted]' },
      serializers: { err: describeError },
    },
    options.destination as DestinationStream,
  );
}

/**
 * Serializes an error for the log: type, code and stack. Messages of database errors are omitted, since they quote the
 * statement with its values.
 */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code, query, sqlMessage } = error as { code?: unknown; query?: unknown; sqlMessage?: unknown };
  const isDatabaseError =
    query !== undefined ||
    sqlMessage !== undefined ||
    error.constructor.name.endsWith('Exception') ||
    (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code));
  const stack = error.stack ?? '';
  const frames = stack.slice(Math.max(0, stack.indexOf('\n    at ')));
  return {
    type: error.constructor.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(isDatabaseError ? {} : { message: error.message }),
    stack: frames,
    ...(error.cause instanceof Error && { cause: describeError(error.cause) }),
  };
}
