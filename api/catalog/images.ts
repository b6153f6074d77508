/** Product pictures: accepts PNG, JPEG or WebP, stores WebP of at most 800 × 800, named by content hash. */

import sharp from 'sharp';
import { IMAGE_TYPES } from '../../domain/contract/routes/catalog.ts';
import { parsePictureFile } from '../../domain/picture-widths.ts';
import { readPicture, readProduct, setProductPicture } from '../../db/catalog/products/products.ts';
import type { Databases } from '../../db/databases.ts';
import type { RefusalReason } from '../../domain/failures.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { readBytes } from '../http/read-body.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';
import { createNarrowPictures } from './narrow-pictures.ts';

const IMAGE_LIMIT = 5 * 1024 * 1024;
const MAX_PIXELS = 50_000_000;
const FORMATS = new Set(['png', 'jpeg', 'webp']);

export function imageRoutes({ databases: { catalog }, reads }: { databases: Databases; reads: Reads }) {
  const readWhole = (sha256: string) => readPicture(reads.catalog, sha256);
  const readNarrow = createNarrowPictures(readWhole);
  return {
    'PUT /api/products/:id/image': async ({ ctx, params, user }) => {
      if (!ctx.is(...IMAGE_TYPES)) {
        throw notAPicture('A picture must be PNG, JPEG or WebP, with that Content-Type.');
      }
      const webp = await encodePicture(await readBytes(ctx.req, IMAGE_LIMIT, 'picture'));
      const isKnown = await setProductPicture(catalog, params.id, webp, user.id);
      const product = isKnown && (await readProduct(catalog, params.id));
      if (!product) throw notFound('This product');
      return { status: 200, body: { product } };
    },
    'GET /api/images/:file': async ({ ctx, params }) => {
      const asked = parsePictureFile(params.file);
      if (!asked) throw notFound('This picture');
      const { sha256, width } = asked;
      ctx.set('ETag', `"${width ? `${sha256}-${width}` : sha256}"`);
      ctx.set('Cache-Control', 'public, max-age=31536000, immutable');
      ctx.status = 200;
      // The name is the content's hash, so a cached copy never goes stale.
      if (!ctx.fresh) {
        const content = await (width ? readNarrow(sha256, width) : readWhole(sha256));
        if (!content) throw notFound('This picture');
        ctx.type = 'image/webp';
        ctx.body = content;
        return { status: 200 };
      }
      ctx.status = 304;
      return { status: 304 as 200 };
    },
  } satisfies Partial<Handlers>;
}

/**
 * Decodes, rotates upright, fits into 800 × 800 and removes all metadata. Throws invalid_request if it is not a
 * picture.
 */
export async function encodePicture(bytes: Buffer): Promise<Buffer> {
  try {
    // Reads only the header, so that the size is checked before anything is decoded.
    const { format, width, height } = await sharp(bytes, { limitInputPixels: false }).metadata();
    if (!FORMATS.has(format)) throw new Error(`${format} is not taken`);
    if (width * height > MAX_PIXELS) throw tooManyPixels(width, height);
    const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
    return await picture
      .rotate()
      .resize({ width: 800, height: 800, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer();
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw notAPicture('This file is not a picture that we can read: send PNG, JPEG or WebP.');
  }
}

function notAPicture(sentence: string): ApiError {
  return new ApiError('invalid_request', sentence, { reason: 'not_a_picture' satisfies RefusalReason });
}

/** 400: a valid picture that would take too much memory to decode. */
function tooManyPixels(width: number, height: number): ApiError {
  const millions = (pixels: number) => Math.ceil(pixels / 1_000_000);
  return new ApiError(
    'invalid_request',
    `This picture is too large: ${width} × ${height} are ${millions(width * height)} megapixels, and at most ` +
      `${millions(MAX_PIXELS)} are taken. A smaller copy will do: it is shown at 800 pixels.`,
    { reason: 'too_many_pixels' satisfies RefusalReason, maximumMegapixels: millions(MAX_PIXELS) },
  );
}
