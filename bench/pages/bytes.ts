/**
 * `npm run bench:bytes`: what the guests' pages load before their first paint, in each language. Builds the pages if their
 * sources have changed; the figures do not depend on the machine.
 */

import { buildWeb, isWebBuilt } from '../../dev/web-build.ts';
import { MESSAGES_FOLDER } from '../../messages/compile.ts';
import { readCatalog, readTexts } from '../../messages/compiler/catalog.ts';
import { readFirstLoad } from './first-load.ts';

const PAGES = { menu: '/', checkout: '/checkout', order: '/orders/[id]' };
const HEAD = ['page', 'language', 'files', 'scripts', 'styles', 'both', 'of which words', 'fonts'];

if (!isWebBuilt()) await buildWeb(() => undefined);
console.log(`| ${HEAD.join(' | ')} |\n|${' --- |'.repeat(HEAD.length)}`);
const kilobytes = (bytes: number) => (bytes / 1000).toFixed(1);
for (const [name, page] of Object.entries(PAGES))
  for (const [language, messages] of readCatalog(readTexts(MESSAGES_FOLDER)).byLanguage) {
    const { files, scripts, styles, fonts, words } = readFirstLoad(page, language, messages);
    const sizes = [scripts, styles, scripts + styles, words, fonts].map(kilobytes);
    console.log(`| ${[name, language, files, ...sizes].join(' | ')} |`);
  }
