/** `npm run fonts`: makes the core files of the typefaces and their style sheet, see core-fonts.ts. */

import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FONTS_FOLDER, licenseOf, makeCore, makeStyles, TYPEFACES } from './core-fonts.ts';

for (const typeface of TYPEFACES) {
  copyFileSync(licenseOf(typeface), join(FONTS_FOLDER, `${typeface.name}-license.txt`));
  writeFileSync(join(FONTS_FOLDER, `${typeface.name}-core.woff2`), await makeCore(typeface));
}
writeFileSync(join(FONTS_FOLDER, 'fonts.css'), makeStyles());
