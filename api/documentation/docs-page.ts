/** `GET /api/docs`: browses the OpenAPI document with Swagger UI, self-hosted; nothing loads from other hosts. */

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Middleware } from 'koa';
import type { ApiContext, ApiState } from '../http/context.ts';

const PACKAGE = createRequire(import.meta.url).resolve('swagger-ui-dist/package.json');
const START = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#app',
  deepLinking: true,
  // It would show whether a validator elsewhere likes the document.
  validatorUrl: null,
});
`;
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js', 'start.js'] as const;
type FileName = (typeof FILES)[number];

/** A file as served: compressed once for all requests. */
interface Packed {
  readonly plain: Buffer;
  readonly br: Buffer;
  readonly gzip: Buffer;
  readonly etag: string;
}

/** Serves the page and its files. File paths contain the version, so browsers may cache them. */
export function mountDocs(): Middleware<ApiState, ApiContext> {
  const files = new Map<string, Promise<Packed>>();
  let version: Promise<string> | undefined;
  return async (ctx, next) => {
    if (ctx.method !== 'GET' || !/^\/api\/docs(\/|$)/.test(ctx.path)) return void (await next());
    const folder = `/api/docs/${await (version ??= readVersion())}`;
    const name = FILES.find((file) => ctx.path === `${folder}/${file}`);
    if (ctx.path !== '/api/docs' && !name) return void (await next());
    ctx.state.route = '/api/docs';
    if (!name) {
      ctx.set('Cache-Control', 'no-cache');
      ctx.type = 'html';
      ctx.body = pageOf(folder);
      return;
    }
    if (!files.has(name)) files.set(name, pack(name));
    send(ctx, name, await files.get(name)!);
  };
}

function send(ctx: Parameters<Middleware<ApiState, ApiContext>>[0], name: FileName, file: Packed): void {
  ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
  ctx.set('ETag', file.etag);
  ctx.vary('Accept-Encoding');
  ctx.status = 200;
  ctx.type = name.endsWith('.css') ? 'css' : 'js';
  if (ctx.fresh) {
    ctx.status = 304;
    return;
  }
  const encoding = ctx.acceptsEncodings('br', 'gzip', 'identity');
  if (encoding !== 'br' && encoding !== 'gzip') {
    ctx.body = file.plain;
    return;
  }
  ctx.set('Content-Encoding', encoding);
  ctx.body = file[encoding];
}

async function pack(name: FileName): Promise<Packed> {
  const plain = name === 'start.js' ? Buffer.from(START) : await readFile(join(dirname(PACKAGE), name));
  // Two levels below the maximum: a fifth of the time for 5% more bytes.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  const [br, gzipped] = await Promise.all([
    promisify(brotliCompress)(plain, { params }),
    promisify(gzip)(plain),
  ]);
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 16)}"`;
  return { plain, br, gzip: gzipped, etag };
}

async function readVersion(): Promise<string> {
  return (JSON.parse(await readFile(PACKAGE, 'utf8')) as { version: string }).version;
}

function pageOf(folder: string): string {
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Sharetab API</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${folder}/swagger-ui.css" />
  </head>
  <body>
    <div id="app"></div>
    <script src="${folder}/swagger-ui-bundle.js"></script>
    <script src="${folder}/start.js"></script>
  </body>
</html>
`;
}
