/** Narrower copies of pictures: made on first request and cached in memory, least recently used out first. */

import sharp from 'sharp';
import type { PictureWidth } from '../../domain/picture-widths.ts';

/** Room for some thousand copies. */
const MOST_BYTES = 32 * 1024 * 1024;

/** Reads a WebP picture by its hash. */
type Read = (sha256: string) => Promise<Buffer | undefined>;

/** Returns a function that reads a picture at a width; it resolves with undefined if the picture does not exist. */
export function createNarrowPictures(
  read: Read,
): (sha256: string, width: PictureWidth) => Promise<Buffer | undefined> {
  /** Moves the copy to the end: the map is ordered by last use. */
  const kept = new Map<string, Buffer>();
  const making = new Map<string, Promise<Buffer | undefined>>();
  let bytes = 0;

  const keep = (key: string, copy: Buffer): void => {
    kept.set(key, copy);
    bytes += copy.length;
    for (const [oldest, { length }] of kept) {
      if (bytes <= MOST_BYTES) return;
      kept.delete(oldest);
      bytes -= length;
    }
  };
  const make = async (key: string, sha256: string, width: PictureWidth): Promise<Buffer | undefined> => {
    const picture = await read(sha256);
    if (!picture) return undefined;
    const copy = await sharp(picture)
      .resize({ width, withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer();
    keep(key, copy);
    return copy;
  };

  return (sha256, width) => {
    const key = `${sha256}-${width}`;
    const copy = kept.get(key);
    if (copy) {
      kept.delete(key);
      kept.set(key, copy);
      return Promise.resolve(copy);
    }
    // Concurrent requests share one conversion.
    const begun = making.get(key) ?? make(key, sha256, width).finally(() => making.delete(key));
    making.set(key, begun);
    return begun;
  };
}
