/** The README's picture: a group on its phones, and the board. */

import sharp from 'sharp';
import { FOLDER, keep, SCHEMES, type Scheme } from './camera.ts';

const HEIGHT = 900;
const GAP = 40;
/** Around the screens: a little darker than the pages. */
const GROUND: Record<Scheme, string> = { light: '#e9e1d6', dark: '#2b241f' };

/** Puts pictures that were kept, and then the board, side by side. */
export async function composeOverview(
  names: readonly string[],
  board: Record<Scheme, Buffer>,
): Promise<void> {
  for (const scheme of Object.keys(SCHEMES) as Scheme[]) {
    const screens = [...names.map((name) => `${FOLDER}${name}${SCHEMES[scheme]}.png`), board[scheme]];
    const scaled = await Promise.all(
      screens.map((screen) =>
        sharp(screen).resize({ height: HEIGHT }).png().toBuffer({ resolveWithObject: true }),
      ),
    );
    let left = GAP;
    const placed = scaled.map(({ data, info }) => {
      const input = { input: data, left, top: GAP };
      left += info.width + GAP;
      return input;
    });
    const ground = {
      width: left,
      height: HEIGHT + 2 * GAP,
      channels: 3,
      background: GROUND[scheme],
    } as const;
    await keep(sharp({ create: ground }).composite(placed), 'overview', scheme);
  }
}
