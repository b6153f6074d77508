/** Product pictures come in several widths, so that a phone doesn't load more than it shows. */

/** The available widths in pixels, besides the original's own of at most 800. */
export const PICTURE_WIDTHS = [160, 320, 480] as const;

/** The `sizes` attribute of a product's picture on the menu. */
export const MENU_PICTURE_SIZES =
  '(max-width: 40rem) calc(50vw - 1.5rem), (max-width: 64rem) calc(33vw - 1.5rem), 15rem';

/** How many of the menu's pictures a phone shows at once. */
export const FIRST_PICTURES = 4;

export type PictureWidth = (typeof PICTURE_WIDTHS)[number];

const ADDRESS = /^(\/api\/images\/[0-9a-f]{64})\.webp$/;

/** Returns an img's `srcset` for a picture's address, or undefined if it is not ours, such as a file just chosen. */
export function pictureSrcset(imageUrl: string): string | undefined {
  const [, path] = ADDRESS.exec(imageUrl) ?? [];
  if (path === undefined) return undefined;
  const smaller = PICTURE_WIDTHS.map((width) => `${path}-${width}.webp ${width}w`);
  return [...smaller, `${imageUrl} 800w`].join(', ');
}

/** Parses the name of a picture's file: its content's hash, and the requested width. */
export function parsePictureFile(file: string): { sha256: string; width?: PictureWidth } | undefined {
  const [, sha256, digits] = /^([0-9a-f]{64})(?:-(\d{1,4}))?\.webp$/.exec(file) ?? [];
  if (sha256 === undefined) return undefined;
  if (digits === undefined) return { sha256 };
  const width = PICTURE_WIDTHS.find((known) => String(known) === digits);
  return width && { sha256, width };
}
