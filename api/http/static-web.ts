/** Serves the built pages: existing files as they are, and the single-page app for any other path. */

import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import type { Middleware } from 'koa';
import { LANGUAGE_COOKIE, PSEUDO_LOCALE } from '../../messages/language-cookie.ts';
import { LANGUAGES, STAFF_LANGUAGES } from '../../messages/compiled/languages.ts';
import { notFound } from './api-error.ts';
import type { ApiContext, ApiState, Request } from './context.ts';
import { readLanguage } from './language.ts';
import { createPreloads } from './preloads.ts';

/** The single-page app's document in this language. */
const pageIn = (language: string) => `index.${language}.html`;
const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sharetab</title>
<h1>The pages are not built yet</h1>
<p>The API is here (see <a href="/api/docs">its documentation</a>); run <code>npm start</code> to build the pages.</p></html>`;

/** Returns the SHA-256 hashes, in base64, of the pages' inline scripts. Reads them again after a new build. */
export function createScriptHashes(root: string): () => Promise<readonly string[]> {
  let known: { etag: string; hashes: readonly string[] } | undefined;
  return async () => {
    // One build writes the pages of all languages.
    const file = await findFile(root, `/${pageIn(LANGUAGES[0])}`);
    if (!file) return [];
    if (known?.etag !== file.etag) known = { etag: file.etag, hashes: await hashPages(root) };
    return known.hashes;
  };
}

async function hashPages(root: string): Promise<string[]> {
  const pages = (await readdir(root)).filter((name) => /^index\.[\w-]+\.html$/.test(name));
  const hashes = await Promise.all(
    pages.map(async (name) => hashInlineScripts(await readFile(join(root, name), 'utf8'))),
  );
  return [...new Set(hashes.flat())];
}

function hashInlineScripts(html: string): string[] {
  return [...html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(([, script]) =>
    createHash('sha256').update(script!).digest('base64'),
  );
}

/** Serves `root`. Files named by their hash are immutable; documents are revalidated each time. */
export function serveWeb(
  root: string,
  firstPictures: () => readonly string[],
): Middleware<ApiState, ApiContext> {
  const linksFor = createPreloads(root, firstPictures);
  return async (ctx, next) => {
    const isPage = ctx.method === 'GET' || ctx.method === 'HEAD';
    if (!isPage || /^\/(api|socket\.io)(\/|$)/.test(ctx.path)) return void (await next());
    ctx.state.route = 'web';
    const asset = await findFile(root, ctx.path);
    // A missing file is a 404; the client-side router handles only pages.
    if (!asset && extname(ctx.path) !== '') throw notFound('This file');
    const language = await findLanguage(ctx, root);
    const file = asset ?? (await findFile(root, `/${pageIn(language)}`));
    if (!file) {
      ctx.status = 503;
      ctx.type = 'html';
      ctx.body = NOT_BUILT;
      return;
    }
    const isImmutable = ctx.path.startsWith('/_app/immutable/') && asset !== undefined;
    ctx.set('Cache-Control', isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    ctx.set('ETag', file.etag);
    ctx.vary('Accept-Encoding');
    // Only documents need the policy: it would add a kilobyte to each script, style and font.
    if (isImmutable) ctx.remove('Content-Security-Policy');
    ctx.status = 200;
    ctx.type = extname(file.path);
    if (file !== asset) {
      ctx.vary('Accept-Language');
      ctx.vary('Cookie');
      ctx.set('Content-Language', language);
    }
    if (ctx.fresh) {
      ctx.status = 304;
      return;
    }
    if (file !== asset) for (const link of await linksFor(ctx.path, language)) ctx.append('Link', link);
    // In our order, not the browser's: browsers list Brotli last.
    const encoding = ['br', 'gzip'].find((name) => ctx.acceptsEncodings(name) === name);
    const packed = await findPacked(file.path, encoding ?? false);
    if (packed) ctx.set('Content-Encoding', packed.encoding);
    ctx.length = packed?.size ?? file.size;
    ctx.body = createReadStream(packed?.path ?? file.path);
  };
}

/** The language of a page. The pseudo-locale is for tests: it applies if it was built and is requested by its tag. */
async function findLanguage(ctx: Request, root: string): Promise<string> {
  const wished = ctx.cookies.get(LANGUAGE_COOKIE);
  if (wished === PSEUDO_LOCALE && (await findFile(root, `/${pageIn(PSEUDO_LOCALE)}`))) return PSEUDO_LOCALE;
  return readLanguage(ctx, /^\/agent(\/|$)/.test(ctx.path) ? STAFF_LANGUAGES : LANGUAGES);
}

interface File {
  readonly path: string;
  readonly size: number;
  readonly etag: string;
}

async function findFile(root: string, urlPath: string): Promise<File | undefined> {
  const decoded = decode(urlPath);
  if (decoded === undefined || decoded.includes('\0')) return undefined;
  const path = normalize(join(root, decoded));
  if (!path.startsWith(root + sep)) return undefined;
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { path, size: found.size, etag: `W/"${found.size.toString(36)}-${found.mtimeMs.toString(36)}"` };
}

function decode(urlPath: string): string | undefined {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return undefined;
  }
}

/** The build compresses its files: better and cheaper than per request. */
async function findPacked(path: string, encoding: string | false) {
  const ending = encoding === 'br' ? '.br' : encoding === 'gzip' ? '.gz' : undefined;
  if (!ending) return undefined;
  const found = await stat(path + ending).catch(() => undefined);
  return found ? { path: path + ending, size: found.size, encoding: encoding as string } : undefined;
}
