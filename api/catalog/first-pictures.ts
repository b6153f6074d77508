import type { Logger } from 'pino';
import { readFirstPictures } from '../../db/catalog/products/first-pictures.ts';
import { FIRST_PICTURES } from '../../domain/picture-widths.ts';
import type { Reads } from '../http/reads.ts';

const FRESH_MS = 15_000;

/**
 * Returns how to get the addresses of the pictures that the menu shows first, as they were when last read. Never waits
 * and never throws: the page must come without them, too. What is older than 15 s is read again for those who come next.
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
