/**
 * Generates the demo catalog's pictures from Microsoft's Fluent 3D emoji: `node dev/demo/make-pictures.ts`.
 * Deterministic; the results are committed, so run it only to change a picture.
 */

import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import sharp, { type OverlayOptions } from 'sharp';
import { CATALOG } from './catalog.ts';
import type { DemoProduct } from './demo-product.ts';

const SIDE = 800;
/** The emoji have a transparent margin. */
const SCALE = 1.14;
const EMOJI = new URL('../../node_modules/@lobehub/fluent-emoji-3d/assets/', import.meta.url);
const PICTURES = new URL('pictures/', import.meta.url);

/** Background of each category: its central light and the color of its rim. */
const BACKGROUNDS: Readonly<Record<string, readonly [string, string]>> = {
  'Coffee & tea': ['#fbf0e1', '#dcb68c'],
  Breakfast: ['#fff8e0', '#f7cf78'],
  'Burgers & mains': ['#fff0e4', '#f5ab82'],
  Pizza: ['#ffeee8', '#f09a86'],
  'Sharing plates': ['#f8fce8', '#b6d283'],
  Sweets: ['#fff0f5', '#f2a5c2'],
  'Soft drinks': ['#ebfaf6', '#8ad3c9'],
  'Beer & wine': ['#faeef4', '#c893b0'],
  Cocktails: ['#f2f0ff', '#aaa3ec'],
  Bowling: ['#eaf3ff', '#8db5ef'],
};

interface Piece {
  readonly emoji: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly turn?: number;
  readonly hue?: number;
}

/** Renders a product's picture as webp: rear garnish, the main object, front garnish, each with a shadow. */
export async function makePicture({ category, picture }: DemoProduct): Promise<Buffer> {
  const { garnish = [], ...main } = picture;
  const pieces: Piece[] = [
    ...garnish.filter((piece) => piece.behind),
    { size: 0.6, ...main, x: 0.5, y: 0.52 },
    ...garnish.filter((piece) => !piece.behind),
  ];
  const layers = (await Promise.all(pieces.map(layersOf))).flat();
  return sharp(background(category)).composite(layers).webp({ quality: 84, effort: 6 }).toBuffer();
}

function background(category: string): Buffer {
  const [light, rim] = BACKGROUNDS[category] ?? ['#ffffff', '#cccccc'];
  return Buffer.from(`
    <svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}">
      <radialGradient id="light" cx="0.5" cy="0.42" r="0.78">
        <stop offset="0" stop-color="${light}" /><stop offset="1" stop-color="${rim}" />
      </radialGradient>
      <rect width="100%" height="100%" fill="url(#light)" />
      <circle cx="${SIDE * 0.5}" cy="${SIDE * 0.52}" r="${SIDE * 0.385}" fill="#ffffff" opacity="0.38" />
    </svg>`);
}

async function layersOf(piece: Piece): Promise<OverlayOptions[]> {
  const size = Math.round(piece.size * SCALE * SIDE);
  const image = await sharp(fileURLToPath(new URL(`${codePointsOf(piece.emoji)}.webp`, EMOJI)))
    .modulate({ hue: piece.hue ?? 0 })
    .resize(size, size, { kernel: 'mitchell' })
    .sharpen({ sigma: 1 })
    .png()
    .toBuffer();
  const turned = await sharp(image)
    .rotate(piece.turn ?? 0, { background: '#00000000' })
    .png()
    .toBuffer();
  const { width, height } = await sharp(turned).metadata();
  const left = Math.round(piece.x * SIDE - width / 2);
  const top = Math.round(piece.y * SIDE - height / 2);
  const blur = Math.round(size / 24);
  const shadow = await shadowOf(turned, blur * 3, blur);
  return [
    { input: shadow, left: left - blur * 3, top: top - blur * 3 + Math.round(size / 18) },
    { input: turned, left, top },
  ];
}

/** Returns the dark, soft outline of `image`, with a margin for its blur. */
async function shadowOf(image: Buffer, margin: number, blur: number): Promise<Buffer> {
  const padded = await sharp(image)
    .extend({ top: margin, bottom: margin, left: margin, right: margin, background: '#00000000' })
    .png()
    .toBuffer();
  const outline = await sharp(padded).linear([0, 0, 0, 0.3], [70, 40, 20, 0]).png().toBuffer();
  return sharp(outline).blur(blur).png().toBuffer();
}

/** Returns the file name of an emoji in the package: its code points in hex, joined by `-`. */
function codePointsOf(emoji: string): string {
  return Array.from(emoji)
    .map((character) => character.codePointAt(0)!.toString(16))
    .join('-');
}

if (import.meta.main) {
  await mkdir(PICTURES, { recursive: true });
  const names = new Set(CATALOG.map((product) => `${product.slug}.webp`));
  const left = (await readdir(PICTURES)).filter((name) => name.endsWith('.webp') && !names.has(name));
  for (const name of left) await rm(new URL(name, PICTURES));
  for (const product of CATALOG) {
    await writeFile(new URL(`${product.slug}.webp`, PICTURES), await makePicture(product));
  }
  console.log(`${names.size} pictures made`);
}
