import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface LockedPackage {
  version?: string;
  optionalDependencies?: Record<string, string>;
}

/** Returns where npm looks for a dependency of the package at `from`: in its folder, then in the parents. */
function* candidates(from: string, name: string): Generator<string> {
  for (
    let folder = from;
    folder !== '';
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  )
    yield `${folder}/node_modules/${name}`;
  yield `node_modules/${name}`;
}

test('the lock file has the packages of every platform, so that "npm ci" works on each', () => {
  const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const missing = Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => ![...candidates(path, name)].some((place) => lock.packages[place]?.version))
      .map((name) => `${name}, which ${path} asks for`),
  );
  expect(missing).toEqual([]);
});
