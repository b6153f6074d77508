import { Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { signPayload } from './webhook-payload.ts';

const TIMEOUT_MS = 20_000;

/** The response: 0 and an error when there was none. */
export interface Sent {
  status: number;
  error: string | null;
}

/** Sends signed payloads, over at most so many connections at once. `close` cuts them. */
export function createSender(parallel: number): {
  post(url: string, payload: string, secret: string): Promise<Sent>;
  close(): void;
} {
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const post = (url: string, payload: string, secret: string): Promise<Sent> => {
    const body = Buffer.from(payload);
    const secure = url.startsWith('https:');
    return new Promise((resolve) => {
      const outgoing = (secure ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        timeout: TIMEOUT_MS,
        ...(secure ? {} : { agent }),
        headers: {
          'Content-Type': 'application/json; charset=utf-8',
          'Content-Length': body.length,
          'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
          'Stripe-Signature': signPayload(payload, secret, Math.floor(Date.now() / 1000)),
        },
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('timed out')));
      outgoing.on('error', (error) => resolve({ status: 0, error: error.message }));
      outgoing.on('response', (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, error: null }));
        response.on('error', (error) => resolve({ status: 0, error: error.message }));
      });
      outgoing.end(body);
    });
  };
  return { post, close: () => agent.destroy() };
}
