/** One judge of what a database's error means: whether the same may be asked again in a moment. */

/** Classes of SQLSTATE that say so: connection, resources, and somebody at the server stepping in. */
const AWAY_CLASSES = ['08', '53', '57', '58'];

const AWAY_CODES = new Set([
  '25006', // read only: it is failing over
  '25P03', // idle in a transaction for too long
  '25P04', // a transaction that took too long
  '40001', // two transactions in each other's way
  '40P01', // the same, each with a lock that the other wants
  '55P03', // a lock that did not become free
]);

/** What the pool itself says. */
const NO_CONNECTION = 'timeout exceeded when trying to connect';

/** An error as a connection, or the ORM after it, throws it. Only the server's own have a severity. */
type DatabaseError = Error & { code?: unknown; severity?: unknown; [FROM_CONNECTION]?: true };

/** Marks errors that came out of a connection; MikroORM copies it to its own. */
const FROM_CONNECTION = 'fromConnection';

/** Notes on an error that a connection of ours rejected with it, and throws it on. */
export function throwFromConnection(error: unknown): never {
  if (error instanceof Error) Object.assign(error, { [FROM_CONNECTION]: true });
  throw error;
}

/**
 * Whether a database could not be asked, or could not do just now what it was asked. What became of it is unknown: the
 * same request may be sent again.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.message.endsWith(NO_CONNECTION)) return true;
  const { code, severity, [FROM_CONNECTION]: isFromConnection } = error as DatabaseError;
  if (!isFromConnection) return error.cause !== undefined && isDatabaseAway(error.cause);
  // What the server did not say, the connection did: it broke, or was never made. A mistake of ours is none of these.
  if (severity === undefined) return !(error instanceof TypeError || error instanceof RangeError);
  if (severity === 'FATAL' || severity === 'PANIC') return true;
  return AWAY_CODES.has(String(code)) || AWAY_CLASSES.includes(String(code).slice(0, 2));
}
