import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';
import { memoryFolder } from './dev/memory-folder.ts';
import { compileMessages } from './messages/compile.ts';

compileMessages();

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Files run four at a time, whatever their kind: most wait as much as they work, and three leave a third of two
 * processors idle. They come one after another in the same few processes: to load the product and all it stands on
 * takes longer than many of them. What a test waits for comes later on a busy machine, never at a set time.
 * Threads that collect garbage beside them would only take processors from others, and young objects that have room die
 * before they are copied.
 */
const sideBySide = {
  isolate: false,
  maxWorkers: 4,
  execArgv: ['--single-threaded-gc', '--max-semi-space-size=64'],
  expect: { poll: { timeout: 90_000 } },
};

/** Tests that need the servers of test/setup/global.ts. Databases and profiles of browsers are in memory, if it has room. */
const inMemory = memoryFolder();
const withServers = {
  ...(inMemory && { env: { TMPDIR: inMemory } }),
  globalSetup: [path('test/setup/global.ts')],
  testTimeout: 300_000,
  hookTimeout: 300_000,
  ...sideBySide,
};

export default defineConfig({
  test: {
    reporters: ['default', path('test/setup/summary-reporter.ts')],
    passWithNoTests: true,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{messages,domain,packages,dev,deploy,bench}/**/*.test.ts', 'web/*.test.ts', '*.test.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          ...sideBySide,
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        resolve: { alias: { $lib: path('web/src/lib') }, conditions: ['browser'] },
        define: { __LANGUAGE__: '"en"' },
        test: { name: 'web', include: ['web/src/**/*.test.ts'], testTimeout: 120_000, ...sideBySide },
      },
      {
        test: {
          name: 'system',
          include: ['{db,temporal,workflows,workers,api}/**/*.test.ts'],
          ...withServers,
        },
      },
      {
        // Whole journeys and faults. Named so that they come first: the longest run beside many short ones.
        test: {
          name: 'journeys',
          include: ['test/**/*.test.ts'],
          ...withServers,
        },
      },
    ],
  },
});
