import type { IncomingMessage } from 'node:http';
import { ApiError, invalidRequest } from './api-error.ts';
import type { Request } from './context.ts';

/** Maximum size of a JSON body in bytes. */
export const JSON_LIMIT = 64 * 1024;

/** Reads the request's bytes. Throws payload_too_large as soon as there are more than `limit`, and stops reading. */
export async function readBytes(
  request: IncomingMessage,
  limit: number,
  what: 'request' | 'picture' = 'request',
): Promise<Buffer> {
  const most =
    limit < 1024 * 1024 ? `${Math.floor(limit / 1024)} kB` : `${Math.floor(limit / 1024 / 1024)} MB`;
  const tooLarge = () =>
    new ApiError('payload_too_large', `This ${what} is too large: at most ${most} are taken.`, {
      maximumBytes: limit,
    });
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge();
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding !== 'identity') throw invalidRequest('Compressed requests are not understood.');
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw invalidRequest('The request was cut off.');
  }
  return Buffer.concat(chunks);
}

/**
 * Parses the request's JSON; an absent body is `{}`. Throws invalid_request for another content type or invalid JSON.
 */
export async function readJson(ctx: Request): Promise<unknown> {
  return parseJson(ctx, await readBytes(ctx.req, JSON_LIMIT));
}

/** Like `readJson`, for bytes that are already read. */
export function parseJson(ctx: Request, bytes: Buffer): unknown {
  if (bytes.length === 0) return {};
  if (!ctx.is('application/json')) {
    throw invalidRequest('The body must be JSON, sent with Content-Type: application/json.');
  }
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidRequest('The body is not valid JSON.');
  }
}
