/** The proxy of the deployment: a real nginx with deploy/nginx/nginx.conf, in front of a test's APIs. */

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNginx } from '../../dev/nginx.ts';
import { deleteFolder } from '../../dev/processes.ts';
import { until } from '../harness/until.ts';

export interface Nginx {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Its log so far: access log and errors. */
  log(): string;
  /** Switches to these APIs without dropping a connection. Resolves when nginx uses them. */
  serve(apiPorts: readonly number[]): Promise<void>;
  stop(): Promise<void>;
}

const CONF = new URL('../../deploy/nginx/nginx.conf', import.meta.url);

/**
 * Starts it on a free port. Only settings specific to the container are replaced in the file: its ports, its paths,
 * and the name server that lists the APIs.
 */
export async function startNginx(apiPorts: readonly number[]): Promise<Nginx> {
  const program = findNginx();
  if (!program) throw new Error('There is no nginx: "npm test" gets one, or says what to install.');
  const folder = mkdtempSync(join(tmpdir(), 'sharetab-nginx-'));
  const port = await findFreePort();
  const conf = join(folder, 'nginx.conf');
  mkdirSync(join(folder, 'conf.d'));
  let version = 0;
  const write = (ports: readonly number[]) => {
    version += 1;
    writeFileSync(conf, adapt(readFileSync(CONF, 'utf8'), { folder, port, apiPorts: ports, version }));
  };
  write(apiPorts);
  let output = '';
  const child = spawn(program, ['-p', folder, '-c', conf, '-e', 'stderr', '-g', 'daemon off;'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  const url = `http://127.0.0.1:${port}`;
  const usesWhatIsWritten = () =>
    until('nginx uses its file', async () => {
      if (hasEnded) throw new Error(`nginx ended:\n${output}`);
      const answer = await fetch(`${url}/nginx-health`).catch(() => undefined);
      return (await answer?.text()) === `ok ${version}`;
    });
  await usesWhatIsWritten();
  return {
    url,
    log: () => `${output}${readFileSync(join(folder, 'access.log'), 'utf8')}`,
    serve: async (ports) => {
      write(ports);
      child.kill('SIGHUP');
      await usesWhatIsWritten();
    },
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
      deleteFolder(folder);
    },
  };
}

/** Replaces one part of the file. Throws if the part is missing, so that a changed file cannot go unnoticed. */
function replace(text: string, part: RegExp, by: string): string {
  if (!part.test(text)) throw new Error(`nginx.conf has nothing like ${part.source}`);
  return text.replaceAll(part, by);
}

function adapt(
  text: string,
  {
    folder,
    port,
    apiPorts,
    version,
  }: { folder: string; port: number; apiPorts: readonly number[]; version: number },
): string {
  let conf = text;
  conf = replace(conf, /^worker_processes auto;$/gm, 'worker_processes 1;');
  conf = replace(conf, /^worker_rlimit_nofile \d+;$/gm, '');
  conf = replace(conf, /worker_connections \d+;/g, 'worker_connections 1024;');
  conf = replace(conf, /\/tmp\//g, `${folder}/`);
  conf = replace(conf, /^ *resolver .*;$/gm, '');
  conf = replace(conf, /return 200 ok;/g, `return 200 'ok ${version}';`);
  // The output pipe that Node gives a child process cannot be opened by path.
  conf = replace(conf, /\/dev\/stdout/g, `${folder}/access.log`);
  conf = replace(conf, /include \/etc\/nginx\/mime\.types;/g, 'types { text/html html; }');
  conf = replace(conf, /include \/etc\/nginx\/conf\.d\//g, `include ${folder}/conf.d/`);
  conf = replace(conf, /listen 80 [^;]*;/g, `listen 127.0.0.1:${port};`);
  conf = replace(conf, /^ *listen \[::\]:80 .*;$/gm, '');
  // Some distributions ship an nginx older than `resolve` and an upstream's `keepalive_timeout`.
  return replace(conf, /^( *)server api:3000 resolve (.*);$/gm, '$1#SERVERS $2').replace(
    /^( *)#SERVERS (.*)$/gm,
    (_line, indent: string, options: string) =>
      apiPorts.map((apiPort) => `${indent}server 127.0.0.1:${apiPort} ${options};`).join('\n'),
  );
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
