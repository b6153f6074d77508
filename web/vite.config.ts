import adapter from '@sveltejs/adapter-static';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { resolve } from 'node:path';
import { defineConfig } from 'vite';
import { BUILD_TARGETS } from './browser-floor.ts';
import { CHECKOUT, MENU, nameFirstLoad, ORDER } from './first-load.ts';
import { messageModules } from './message-modules.ts';
import { pagesPerLanguage } from './pages-per-language.ts';
import { routePreloads } from './route-preloads.ts';

const here = import.meta.dirname;
/** The API's address for `vite dev`; in production the API serves the built pages. */
const api = process.env['API_URL'] ?? 'http://127.0.0.1:3000';

/**
 * Modules that run before SvelteKit sets the version and the paths of the build. They are separate from the framework,
 * which reads these once on load: in one file with it, it would see no version and reload an error page forever.
 */
const START = /\/@sveltejs\/kit\/src\/runtime\/client\/payload\.js$|vite\/preload-helper/;
/** Code of every page. */
const FRAMEWORK = /\/node_modules\/(svelte|@sveltejs|esm-env|clsx|devalue)\//;
/** Code of dialogs and menus: loaded after the first paint, see web/src/lib/ui/Dialog.svelte. */
const DIALOGS =
  /\/node_modules\/(bits-ui|@floating-ui|svelte-toolbelt|runed|tabbable|@internationalized|inline-style-parser|style-to-object|@swc)\//;
/** The dialog windows, which share few files with a page's initial load. */
const LATER = /\/lib\/(ui\/DialogWindow|people\/AccountMenu)\.svelte/;
/** Never loaded by guests: the staff's pages, and the contract's schemas that validate their forms. */
const STAFF_ONLY = /\/lib\/agent\/|\/compiled\/pages\/staff|\/node_modules\/zod\/|\/domain\/contract\//;

export default defineConfig({
  root: here,
  plugins: [
    messageModules(),
    tailwindcss(),
    sveltekit({
      adapter: adapter({ pages: resolve(here, 'build'), fallback: 'index.html' }),
      compilerOptions: { runes: true },
      paths: { relative: false },
      // SvelteKit links the styles of parts that load later in every page. Those of the notices go in their script.
      dynamicCompileOptions: ({ filename }) =>
        filename.includes('/node_modules/svelte-sonner/') ? { css: 'injected' } : undefined,
    }),
    routePreloads(),
    pagesPerLanguage({ folder: resolve(here, 'build'), withPseudo: process.env['PSEUDO_LOCALE'] === 'true' }),
  ],
  // The fallback page is rendered once at build time with the kit's own cookie package, not the server's older one.
  ssr: { noExternal: ['cookie'] },
  build: {
    target: BUILD_TARGETS,
    cssTarget: BUILD_TARGETS,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  environments: {
    client: {
      build: {
        rolldownOptions: {
          output: {
            // Few files: on a phone each request costs more than the bytes it could save.
            codeSplitting: {
              groups: [
                { name: 'start', test: START, minShareCount: 2, priority: 5 },
                { name: 'framework', test: FRAMEWORK, minShareCount: 2, priority: 4 },
                { name: 'dialogs', test: DIALOGS, minShareCount: 2, priority: 3 },
                { name: nameFirstLoad('shared', here, MENU), minShareCount: 2, priority: 2.4 },
                { name: nameFirstLoad('paying', here, CHECKOUT, ORDER), minShareCount: 2, priority: 2.3 },
                { name: nameFirstLoad('checkout', here, CHECKOUT), minShareCount: 2, priority: 2.2 },
                { name: nameFirstLoad('order', here, ORDER), minShareCount: 2, priority: 2.1 },
                {
                  name: 'guests',
                  test: (id) => !STAFF_ONLY.test(id) && !LATER.test(id),
                  minShareCount: 2,
                  priority: 1,
                },
                { name: 'staff', test: STAFF_ONLY, minShareCount: 2, priority: 0 },
              ],
            },
          },
        },
      },
    },
  },
  server: {
    fs: { allow: [resolve(here, '..')] },
    proxy: { '/api': api, '/socket.io': { target: api, ws: true } },
  },
});
