/** What a browser is told to fetch along with a page, in the headers of the document: scripts, fonts, the first data, and the pictures in sight. */

import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MENU_PICTURE_SIZES, pictureSrcset } from '../../domain/picture-widths.ts';

/** Written by the build (web/route-preloads.ts): the files of each page, by its path with `[id]` for an id. */
const FILE = '_app/route-preloads.json';

type Files = Readonly<Record<string, readonly string[]>>;

/** What pages ask the API for at once, whoever is there. */
const DATA: Readonly<Record<string, readonly string[]>> = {
  '/': ['/api/products?limit=100', '/api/me', '/api/config'],
  '/checkout': ['/api/products?limit=100', '/api/me', '/api/config'],
  '/orders/[id]': ['/api/me', '/api/config'],
};

/**
 * Returns how to find the Link headers of a page; the build's file is read again when it has changed. `firstPictures`
 * returns the addresses of the pictures that the menu shows first, as far as they are known at once.
 */
export function createPreloads(
  root: string,
  firstPictures: () => readonly string[],
): (path: string) => Promise<string[]> {
  let known: { at: number; files: Files } | undefined;
  const read = async (): Promise<Files> => {
    const path = join(root, FILE);
    const found = await stat(path).catch(() => undefined);
    if (!found) return {};
    if (known?.at !== found.mtimeMs) {
      known = { at: found.mtimeMs, files: JSON.parse(await readFile(path, 'utf8')) as Files };
    }
    return known.files;
  };
  return async (path) => {
    const page = path.replace(/\/[0-9a-f-]{36}(?=\/|$)/g, '/[id]').replace(/(?<=.)\/$/, '');
    const files = (await read())[page] ?? [];
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
