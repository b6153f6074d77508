/** Pictures of products come in several widths, so that a phone loads no more of one than it shows. */

/** The widths, in pixels, in which a picture can be had beside its own of at most 800. */
export const PICTURE_WIDTHS = [160, 320, 480] as const;

/** How wide the menu shows a product's picture, as an img's `sizes` tells it. */
export const MENU_PICTURE_SIZES =
  '(max-width: 40rem) calc(50vw - 1.5rem), (max-width: 64rem) calc(33vw - 1.5rem), 15rem';

/** How many pictures of the menu are in sight at once on a phone. */
export const FIRST_PICTURES = 4;

export type PictureWidth = (typeof PICTURE_WIDTHS)[number];

const ADDRESS = /^(\/api\/images\/[0-9a-f]{64})\.webp$/;

/** Returns an img's `srcset` for a picture's address, or undefined where it is none of ours, such as a file just chosen. */
export function pictureSrcset(imageUrl: string): string | undefined {
  const [, path] = ADDRESS.exec(imageUrl) ?? [];
  if (path === undefined) return undefined;
  const smaller = PICTURE_WIDTHS.map((width) => `${path}-${width}.webp ${width}w`);
  return [...smaller, `${imageUrl} 800w`].join(', ');
}

/** Reads the name of a picture's file: its content's hash, and the width in which it is asked for. */
export function parsePictureFile(file: string): { sha256: string; width?: PictureWidth } | undefined {
  const [, sha256, digits] = /^([0-9a-f]{64})(?:-(\d{1,4}))?\.webp$/.exec(file) ?? [];
  if (sha256 === undefined) return undefined;
  if (digits === undefined) return { sha256 };
  const width = PICTURE_WIDTHS.find((known) => String(known) === digits);
  return width && { sha256, width };
}
