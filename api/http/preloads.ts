/**
 * Link headers for a page: the scripts, fonts, first data and visible pictures that a browser fetches along with it.
 */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MENU_PICTURE_SIZES, pictureSrcset } from '../../domain/picture-widths.ts';

/** Written by the build (web/route-preloads.ts): the files of each page, keyed by its path with `[id]` for an id. */
const fileIn = (language: string) => `_app/route-preloads.${language}.json`;

type Files = Readonly<Record<string, readonly string[]>>;

/** API requests that pages make at once for every visitor. */
const DATA: Readonly<Record<string, readonly string[]>> = {
  '/': ['/api/products?limit=100', '/api/me', '/api/config'],
  '/checkout': ['/api/products?limit=100', '/api/me', '/api/config'],
  '/orders/[id]': ['/api/me', '/api/config'],
};

/**
 * Returns a function that gives the Link headers of a page in a language. The build's files are read again after they
 * change. `firstPictures` returns the addresses of the menu's first pictures, as far as they are cached.
 */
export function createPreloads(
  root: string,
  firstPictures: () => readonly string[],
): (path: string, language: string) => Promise<string[]> {
  const known = new Map<string, { at: number; files: Files }>();
  const read = async (language: string): Promise<Files> => {
    const path = join(root, fileIn(language));
    const found = await stat(path).catch(() => undefined);
    if (!found) return {};
    const before = known.get(language);
    if (before?.at === found.mtimeMs) return before.files;
    const files = JSON.parse(await readFile(path, 'utf8')) as Files;
    known.set(language, { at: found.mtimeMs, files });
    return files;
  };
  return async (path, language) => {
    const page = path.replace(/\/[0-9a-f-]{36}(?=\/|$)/g, '/[id]').replace(/(?<=.)\/$/, '');
    const files = (await read(language))[page] ?? [];
    return [
      ...files.map(linkTo),
      ...(DATA[page] ?? []).map((url) => `<${url}>; rel=preload; as=fetch; crossorigin`),
      ...(page === '/' ? firstPictures().map(linkToPicture) : []),
    ];
  };
}

function linkToPicture(url: string): string {
  const srcset = pictureSrcset(url);
  return `<${url}>; rel=preload; as=image; fetchpriority=high; imagesrcset="${srcset}"; imagesizes="${MENU_PICTURE_SIZES}"`;
}

function linkTo(file: string): string {
  if (file.endsWith('.js')) return `</${file}>; rel=modulepreload`;
  if (file.endsWith('.css')) return `</${file}>; rel=preload; as=style`;
  return `</${file}>; rel=preload; as=font; type=font/woff2; crossorigin`;
}
