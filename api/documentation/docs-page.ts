/** `GET /api/docs`: the OpenAPI document to browse, by Scalar served from here; nothing comes from elsewhere. */

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Middleware } from 'koa';
import type { ApiContext, ApiState } from '../http/context.ts';

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Sharetab API</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <div id="app"></div>
    <script src="/api/docs/scalar.js"></script>
    <script src="/api/docs/start.js"></script>
  </body>
</html>
`;
const START = `Scalar.createApiReference('#app', {
  url: '/api/openapi.json',
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: 'never',
  agent: { disabled: true },
  mcp: { disabled: true },
});
`;

/** Answers the page and its two scripts; the large one is read when first wanted. */
export function mountDocs(): Middleware<ApiState, ApiContext> {
  let scalar: Promise<Buffer> | undefined;
  return async (ctx, next) => {
    if (ctx.method !== 'GET') return void (await next());
    switch (ctx.path) {
      case '/api/docs':
        ctx.type = 'html';
        ctx.body = PAGE;
        break;
      case '/api/docs/start.js':
        ctx.type = 'js';
        ctx.body = START;
        break;
      case '/api/docs/scalar.js':
        ctx.type = 'js';
        ctx.body = await (scalar ??= readScalar());
        break;
      default:
        return void (await next());
    }
    ctx.state.route = '/api/docs';
    ctx.set('Cache-Control', 'no-cache');
  };
}

function readScalar(): Promise<Buffer> {
  const entry = createRequire(import.meta.url).resolve('@scalar/api-reference');
  return readFile(join(dirname(entry), 'browser', 'standalone.js'));
}
