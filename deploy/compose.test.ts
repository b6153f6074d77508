import { matchesGlob } from 'node:path';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { SEARCH_ATTRIBUTES } from '../temporal/search-attributes.ts';
import { readCompose, variablesIn } from './read-compose.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');
const parsed = (file: string) => parseEnv(read(file)) as Record<string, string>;
const composeText = read('docker-compose.yml');
const demo = parsed('deploy/demo.env');
/** A filled-in copy of .env.example. */
const filledIn: Record<string, string> = {
  PUBLIC_URL: 'https://order.example.com',
  APP_SECRET: createHash('sha256').update('a secret of this test').digest('hex'),
  POSTGRES_PASSWORD: 'a',
  SHARETAB_DB_PASSWORD: 'b',
  TEMPORAL_DB_PASSWORD: 'c',
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  SMTP_URL: 'smtps://user:password@mail.example.com:465',
  MAIL_FROM: 'Sharetab <orders@example.com>',
};
const { services } = readCompose(composeText, filledIn);
const all = Object.entries(services);
const jobs = ['temporal-certificates', 'temporal-schema', 'temporal-namespace', 'migrate', 'demo-data'];
const ours = ['temporal-certificates', 'migrate', 'api', 'worker', 'stripe', 'demo-data'];

const environmentOf = (service: string, from = services): Record<string, string> =>
  Object.fromEntries(
    Object.entries(from[service]!.environment ?? {}).map(([key, value]) => [key, String(value)]),
  );
/** Every variable config.ts reads. */
const settings = [
  ...new Set([...read('config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name!)),
];

describe('docker-compose.yml', () => {
  it('publishes one port to the world, that of nginx', () => {
    const world = all.flatMap(([name, { ports = [] }]) =>
      ports.filter((port) => !port.startsWith('127.0.0.1:')).map((port) => `${name} ${port}`),
    );
    expect(world).toEqual(['nginx 8080:80']);
  });

  it('lets the API and the worker be scaled: no port, no name and nothing to keep of their own', () => {
    expect(all.filter(([, service]) => service.container_name).map(([name]) => name)).toEqual([]);
    for (const name of ['api', 'worker']) {
      expect(services[name]).not.toHaveProperty('ports');
      // The certificate that identifies them to Temporal, mounted read-only.
      expect(services[name]!.volumes).toEqual(['temporal-client-tls:/certificates/client:ro']);
      expect(services[name]).not.toHaveProperty('hostname');
    }
  });

  it('is made of files that its builder gets', () => {
    const rules = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => ({ isKept: line.startsWith('!'), pattern: line.replace(/^!/, '') }));
    // The last matching rule for a path or a parent folder counts.
    const isSent = (path: string) => {
      const folders = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'));
      return (
        rules.findLast(({ pattern }) => folders.some((folder) => matchesGlob(folder, pattern)))?.isKept ??
        true
      );
    };
    const copied = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) =>
      sources!.split(' '),
    );
    expect(copied).toContain('main.ts');
    expect(copied.filter((path) => !isSent(path))).toEqual([]);
  });

  it('uses pinned images', () => {
    expect(Object.fromEntries(all.map(([name, { image }]) => [name, image]))).toEqual({
      postgres: 'postgres:18',
      'temporal-schema': 'temporalio/admin-tools:1.31.2',
      temporal: 'temporalio/server:1.31.2',
      'temporal-namespace': 'temporalio/admin-tools:1.31.2',
      'temporal-ui': 'temporalio/ui:2.42.1',
      nginx: 'nginx:stable',
      maildev: 'maildev/maildev:3.0.0',
      ...Object.fromEntries(ours.map((name) => [name, 'sharetab:local'])),
    });
    const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases)).toEqual(new Set(['node:24-bookworm-slim', 'base']));
  });

  it('builds our image once, in a service the others wait for', () => {
    expect(all.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['temporal-certificates']);
    for (const name of ours.filter((name) => !['temporal-certificates', 'migrate'].includes(name))) {
      expect(services[name]?.depends_on, name).toHaveProperty('migrate');
    }
  });

  it('checks the health of everything that goes on running, and restarts it', () => {
    for (const [name, service] of all) {
      const isJob = jobs.includes(name);
      expect(service.restart, name).toBe(isJob ? 'on-failure:5' : 'unless-stopped');
      expect(Boolean(service.healthcheck), name).toBe(!isJob);
    }
  });

  it('starts each service when what it needs is healthy, or done', () => {
    for (const [name, { depends_on = {} }] of all) {
      for (const [needed, { condition }] of Object.entries(depends_on)) {
        expect(condition, `${name} needs ${needed}`).toBe(
          jobs.includes(needed) ? 'service_completed_successfully' : 'service_healthy',
        );
      }
    }
  });

  it('gives containers no more rights than they need', () => {
    for (const [name, service] of all) {
      expect(service.security_opt, name).toEqual(['no-new-privileges:true']);
      expect(service.cap_drop, name).toEqual(['ALL']);
    }
    for (const name of [...ours, 'nginx', 'postgres']) expect(services[name]?.read_only, name).toBe(true);
    expect(read('Dockerfile')).toMatch(/^USER node$/m);
  });

  it('bounds the memory, the processors and the processes of each', () => {
    for (const [name, { mem_limit, cpus, pids_limit }] of all) {
      expect(mem_limit, name).toMatch(/^\d+[mg]$/);
      expect(Number(cpus), name).toBeGreaterThan(0);
      // Docker refuses more than the machine has.
      expect(Number(cpus), name).toBeLessThanOrEqual(1);
      expect(pids_limit, name).toBeGreaterThan(0);
    }
    // PostgreSQL's process per connection, and its own.
    expect(services['postgres']!.pids_limit).toBeGreaterThan(300 + 50);
  });

  it('keeps nginx away from databases and Temporal', () => {
    expect(services['nginx']?.networks).toEqual(['front']);
    for (const name of ['postgres', 'temporal']) expect(services[name]?.networks).toEqual(['data']);
  });

  it('refuses to start without its secrets, naming each', () => {
    for (const name of Object.keys(filledIn)) {
      const withoutIt = { ...filledIn, [name]: '' };
      expect(() => readCompose(composeText, withoutIt), name).toThrow(
        new RegExp(`^${name}: set it in \\.env`),
      );
    }
  });

  it('runs the stand-ins in the profile demo only, and nothing needs them', () => {
    const standIns = all.filter(([, { profiles }]) => profiles).map(([name]) => name);
    expect(standIns).toEqual(['stripe', 'maildev', 'demo-data']);
    for (const [name, { depends_on = {} }] of all) {
      for (const standIn of standIns.filter((standIn) => standIn in depends_on)) {
        expect(depends_on[standIn], `${name} needs ${standIn}`).toMatchObject({ required: false });
      }
    }
    expect(environmentOf('stripe')).toMatchObject({ NODE_ENV: 'development' });
  });
});

describe('the settings in docker-compose.yml', () => {
  it('and in the image are every one that config.ts reads', () => {
    expect(settings.length).toBeGreaterThan(20);
    const inTheImage = ['WORKFLOW_BUNDLE'];
    for (const name of inTheImage) expect(read('Dockerfile')).toMatch(new RegExp(`^ENV ${name}=`, 'm'));
    for (const name of ['api', 'worker']) {
      const given = [...inTheImage, ...Object.keys(environmentOf(name))];
      expect(given.toSorted(), name).toEqual(settings.toSorted());
    }
  });

  it('make a production configuration behind a proxy, with the databases on the one server', () => {
    const config = readConfig(environmentOf('api'));
    expect(config).toMatchObject({
      production: true,
      services: ['api'],
      http: { host: '0.0.0.0', port: 3000, trustedProxies: ['private'] },
      databases: { orders: 'postgres://sharetab:b@postgres:5432/sharetab_orders' },
      temporal: { address: 'temporal:7233' },
      stripe: { apiUrl: undefined },
    });
    expect(readConfig(environmentOf('worker')).services).toEqual(['worker']);
    const databases = read('deploy/postgres/databases.sql');
    for (const url of Object.values(config.databases)) {
      const name = new URL(url).pathname.slice(1);
      expect(databases).toContain(`create database ${name} owner sharetab_owner;`);
      expect(databases).toContain(`\\connect ${name}\n`);
    }
    expect(readConfig(environmentOf('migrate')).databases.orders).toBe(
      'postgres://sharetab_owner:a@postgres:5432/sharetab_orders',
    );
  });

  it('make, with deploy/demo.env, a configuration for trying', () => {
    const config = readConfig(environmentOf('api', readCompose(composeText, demo).services));
    expect(config).toMatchObject({
      production: false,
      publicUrl: 'http://localhost:8080',
      stripe: { apiUrl: 'http://stripe:12111', jsUrl: 'http://localhost:12111/v3/' },
      mail: { smtpUrl: 'smtp://maildev:1025' },
    });
  });

  it('cannot bring a stand-in for Stripe into production', () => {
    const mixed = readCompose(composeText, { ...filledIn, STRIPE_API_URL: 'http://stripe:12111' }).services;
    expect(() => readConfig(environmentOf('api', mixed))).toThrow(/stand-in/);
  });

  it('are each explained in .env.example, and nothing else is', () => {
    const explained = [...read('.env.example').matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!);
    const used = new Set([...settings, ...variablesIn(composeText), 'COMPOSE_PROFILES']);
    expect(explained.toSorted()).toEqual([...used].toSorted());
    const uncommented = Object.keys(parsed('.env.example'));
    expect(uncommented.toSorted()).toEqual(Object.keys(filledIn).toSorted());
    expect(Object.keys(demo).filter((name) => !used.has(name))).toEqual([]);
  });
});

describe('what the containers run on', () => {
  it('registers the search attributes that the workflows write', () => {
    const registered = [...read('deploy/temporal/setup-namespace.sh').matchAll(/^register (\w+) (\w+)$/gm)];
    const types = { Keyword: 'KEYWORD', KeywordList: 'KEYWORD_LIST', Int: 'INT' } as Record<string, string>;
    expect(Object.fromEntries(registered.map(([, name, type]) => [name, types[type!]]))).toEqual(
      SEARCH_ATTRIBUTES,
    );
  });

  it('finds API replicas by name while it runs, and keeps their metrics inside', () => {
    const nginx = read('deploy/nginx/nginx.conf');
    expect(nginx).toMatch(/^ {2}resolver 127\.0\.0\.11 valid=2s/m);
    expect(nginx).toMatch(/^ {4}server api:3000 resolve /m);
    expect(environmentOf('api')).toMatchObject({ METRICS_PORT: '9464' });
    expect(nginx).not.toContain('9464');
  });
});
