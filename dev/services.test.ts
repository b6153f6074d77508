import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { childEnvironment } from './environment.ts';
import { deleteFolder, isSameProcess, startProcess, type StartedProcess } from './processes.ts';
import { createServices, type Service, type Services } from './services.ts';

let folder: string;
let started: StartedProcess[];
let services: Services;
const onTrouble = vi.fn<(name: string, ending: string) => void>();
const onGivenUp = vi.fn<(name: string) => void>();

beforeEach(() => {
  vi.clearAllMocks();
  folder = mkdtempSync(join(tmpdir(), 'sharetab-services-'));
  started = [];
  services = createServices({ onTrouble, onGivenUp });
});

afterEach(async () => {
  await services.stop();
  deleteFolder(folder);
});

function service(name: string, level: Service['level'], script = 'setInterval(() => {}, 1000)'): Service {
  return {
    name,
    level,
    async start() {
      const running = await startProcess({
        name,
        command: process.execPath,
        args: ['-e', script],
        logFile: join(folder, `${name}.log`),
        env: childEnvironment(),
      });
      started.push(running);
      return { process: running };
    },
  };
}

test('starts a process again that was killed', async () => {
  await services.start(service('worker', 'product'));
  started[0]?.child.kill('SIGKILL');
  await vi.waitFor(() => expect(started).toHaveLength(2), { timeout: 20_000 });
  expect(onTrouble).toHaveBeenCalledWith('worker', 'SIGKILL');
});

test('gives up on a process that ends over and over, and says so', async () => {
  await services.start(service('worker', 'product', 'process.exit(3)'));
  await vi.waitFor(() => expect(onGivenUp).toHaveBeenCalledWith('worker'), { timeout: 40_000 });
  expect(onTrouble).toHaveBeenCalledWith('worker', 'code 3');
  expect(started).toHaveLength(5);
});

test('stops the product before what it stands on, and starts nothing again', async () => {
  await services.start(service('PostgreSQL', 'stand-in'));
  await services.start(service('API', 'product'));
  const order: string[] = [];
  for (const { mark, ended } of started) void ended.then(() => order.push(mark.name));
  await services.stop();
  expect(order).toEqual(['API', 'PostgreSQL']);
  expect(onTrouble).not.toHaveBeenCalled();
  for (const { mark } of started) expect(isSameProcess(mark)).toBe(false);
});

test('starts a process again when asked to, without calling it trouble', async () => {
  await services.start(service('API', 'product'));
  await services.restart('API');
  expect(started).toHaveLength(2);
  expect(started[0]?.end()).toBeDefined();
  expect(onTrouble).not.toHaveBeenCalled();
});
