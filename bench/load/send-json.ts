import { request, type Agent } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';

/** A response with its parsed body. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Length of the body as it was sent. */
  readonly bytes: number;
}

interface JsonRequest {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly body?: unknown;
  /** With `Accept-Encoding: br`, the body may come compressed. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Sends JSON over a kept-alive connection of `agent`, by POST unless stated otherwise; resolves with the complete response. */
export function sendJson(
  agent: Agent,
  url: URL,
  { method = 'POST', body, headers }: JsonRequest,
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request(url, {
      agent,
      method,
      headers: {
        ...(text !== undefined && {
          'Content-Type': 'application/json',
          'Content-Length': String(Buffer.byteLength(text)),
        }),
        ...headers,
      },
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const raw = Buffer.concat(chunks);
        const isCompressed = response.headers['content-encoding'] === 'br';
        const received = (isCompressed ? brotliDecompressSync(raw) : raw).toString('utf8');
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(received), bytes: raw.length });
        } catch {
          reject(new Error(`${url.pathname} answers ${response.statusCode} without JSON: ${received}`));
        }
      });
    });
    sent.end(text);
  });
}
