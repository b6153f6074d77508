import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from '../protocol/api-request.ts';

const BODY_LIMIT = 1_000_000;

/** Knobs are for tools and the stand-in's own pages; other sites in the developer's browser may not use them. */
export function isOwnPage({ headers: { origin, host = '' } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

/** Any page may call the API with a publishable key, as at Stripe. */
export function allowOrigins(request: IncomingMessage, response: ServerResponse): void {
  const origin = request.headers.origin;
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, PUT, PATCH, POST, DELETE');
  response.setHeader(
    'Access-Control-Allow-Headers',
    'Authorization, Content-Type, Idempotency-Key, Stripe-Version',
  );
  response.setHeader(
    'Access-Control-Expose-Headers',
    'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required',
  );
  response.setHeader('Access-Control-Max-Age', '300');
  response.setHeader('Vary', 'Origin');
}

/** Reads the whole body as text. Throws for more than a megabyte. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) {
      request.destroy();
      throw new Error('a request body was larger than a megabyte');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Sends the response, or interrupts it as its ending says. */
export function send(response: ServerResponse, answer: Answer): void {
  if (answer.ending?.kind === 'drop') {
    response.destroy();
    return;
  }
  if (answer.ending?.kind === 'silent') {
    const timer = setTimeout(() => response.destroy(), answer.ending.ms ?? 0);
    timer.unref();
    response.once('close', () => clearTimeout(timer));
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': String(body.length) });
  if (answer.ending?.kind !== 'cut') {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
