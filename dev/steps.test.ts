import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { runSteps, type Step } from './steps.ts';

afterEach(() => vi.restoreAllMocks());

/** The result of running the step for some turns, with its messages. */
async function watch(step: Step, stopping: AbortSignal) {
  const written: string[] = [];
  for (const method of ['log', 'error', 'info', 'warn'] as const)
    vi.spyOn(console, method).mockImplementation((...words: unknown[]) => void written.push(words.join(' ')));
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  let outcome = 'still running';
  void runSteps([step], stopping).then(
    () => (outcome = 'done'),
    () => (outcome = 'failed'),
  );
  for (let turn = 0; turn < 50; turn += 1) await nextTurn();
  return { outcome, said: written.join('\n') };
}
const failing = (before?: () => void): Step => ({
  title: 'Web app',
  run: async () => {
    before?.();
    throw new Error('its process was ended');
  },
});

test('a step that fails is said to have failed', async () => {
  const { outcome, said } = await watch(failing(), new AbortController().signal);
  expect(outcome).toBe('failed');
  expect(said).toContain('Web app failed');
});

test('a step that ends because everything is to stop is not said to have failed', async () => {
  const stopping = new AbortController();
  const { outcome, said } = await watch(
    failing(() => stopping.abort()),
    stopping.signal,
  );
  expect(outcome).toBe('still running');
  expect(said).not.toContain('failed');
});
