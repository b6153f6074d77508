import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Files run two at a time, whatever their kind: most keep one core busy, and more of them would starve each other. They
 * come one after another in the same few processes: to load the product and all it stands on takes longer than many.
 */
const sideBySide = { isolate: false, maxWorkers: 2 };

/** Tests that need the servers of test/setup/global.ts. */
const withServers = {
  globalSetup: [path('test/setup/global.ts')],
  testTimeout: 60_000,
  hookTimeout: 90_000,
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
          include: ['{domain,dev,deploy,bench}/**/*.test.ts', '*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          ...sideBySide,
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        resolve: { alias: { $lib: path('web/src/lib') }, conditions: ['browser'] },
        test: { name: 'web', include: ['web/src/**/*.test.ts'], ...sideBySide },
      },
      {
        test: {
          name: 'system',
          include: ['{db,workflows,workers,api}/**/*.test.ts'],
          ...withServers,
        },
      },
      {
        // Whole journeys and faults. Named so that they come first: the longest run beside many short ones.
        test: {
          name: 'journeys',
          include: ['test/**/*.test.ts'],
          ...withServers,
          testTimeout: 180_000,
        },
      },
    ],
  },
});
