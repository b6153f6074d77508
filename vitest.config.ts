import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Tests that need the servers of test/setup/global.ts. */
const withServers = {
  globalSetup: [path('test/setup/global.ts')],
  testTimeout: 60_000,
  hookTimeout: 90_000,
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
          sequence: { groupOrder: 0 },
        },
      },
      {
        plugins: [svelte({ configFile: false })],
        resolve: { alias: { $lib: path('web/src/lib') }, conditions: ['browser'] },
        test: { name: 'web', include: ['web/src/**/*.test.ts'], sequence: { groupOrder: 0 } },
      },
      {
        test: {
          name: 'system',
          include: ['{db,workflows,workers,api}/**/*.test.ts'],
          ...withServers,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Whole journeys and faults: they watch the clock, so nothing else runs beside them.
        test: {
          name: 'journeys',
          include: ['test/**/*.test.ts'],
          ...withServers,
          testTimeout: 180_000,
          maxWorkers: 1,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
