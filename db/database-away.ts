/** Classifies database errors: whether the same statement may be retried in a moment. */

/** Retryable classes of SQLSTATE: connection, resources, and operator intervention. */
const AWAY_CLASSES = ['08', '53', '57', '58'];

const AWAY_CODES = new Set([
  '25006', // read-only transaction: the server is failing over
  '25P03', // idle-in-transaction timeout
  '25P04', // a transaction that took too long
  '40001', // serialization failure
  '40P01', // deadlock detected
  '55P03', // lock not available
]);

/** Error messages of the pool. */
const NO_CONNECTION = 'timeout exceeded when trying to connect';

/** An error as a connection, or the ORM, throws it. Only errors of the server have a severity. */
type DatabaseError = Error & { code?: unknown; severity?: unknown; [FROM_CONNECTION]?: true };

/** Marks errors from a connection; MikroORM copies it to its own errors. */
const FROM_CONNECTION = 'fromConnection';

/** Marks an error as one of our connections. */
export function markFromConnection(error: unknown): void {
  if (error instanceof Error) Object.assign(error, { [FROM_CONNECTION]: true });
}

/** Marks an error with which one of our connections rejected, and rethrows it. */
export function throwFromConnection(error: unknown): never {
  markFromConnection(error);
  throw error;
}

/**
 * Returns whether the database was unreachable, or temporarily unable to run a statement. The outcome is unknown: the
 * same request may be sent again.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message.endsWith(NO_CONNECTION)) return true;
  const { code, severity, [FROM_CONNECTION]: isFromConnection } = error as DatabaseError;
  if (!isFromConnection) return error.cause !== undefined && isDatabaseAway(error.cause);
  // An error without a severity comes from the connection: it broke, or was never made. A bug of ours is neither.
  if (severity === undefined) return !(error instanceof TypeError || error instanceof RangeError);
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  return AWAY_CODES.has(String(code)) || AWAY_CLASSES.includes(String(code).slice(0, 2));
}
