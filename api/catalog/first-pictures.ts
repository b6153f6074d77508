import type { Logger } from 'pino';
import { readFirstPictures } from '../../db/catalog/products/first-pictures.ts';
import { FIRST_PICTURES } from '../../domain/picture-widths.ts';
import type { Reads } from '../http/reads.ts';

const FRESH_MS = 15_000;

/**
 * Returns a function that gives the addresses of the menu's first pictures, as last read. It never waits or throws,
 * since the page must be served without them, too. After 15 s a call triggers a new read.
 */
export function watchFirstPictures(
  { catalog }: Pick<Reads, 'catalog'>,
  logger: Logger,
): () => readonly string[] {
  let known: readonly string[] = [];
  let readAt = -Infinity;
  const read = async () => {
    try {
      known = await readFirstPictures(catalog, FIRST_PICTURES);
    } catch (error) {
      logger.warn({ err: error }, 'the first pictures of the menu could not be read');
    }
  };
  return () => {
    if (performance.now() - readAt > FRESH_MS) {
      readAt = performance.now();
      void read();
    }
    return known;
  };
}
