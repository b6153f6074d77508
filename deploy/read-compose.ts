import { parse } from 'yaml';

/** The parts of a docker-compose.yml service that its test checks. */
export interface ComposeService {
  image?: string;
  build?: string;
  profiles?: string[];
  restart?: string;
  container_name?: string;
  ports?: string[];
  environment?: Record<string, string | number>;
  command?: string[];
  networks?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  cpus?: number | string;
  pids_limit?: number;
  volumes?: string[];
  healthcheck?: { test: string[] };
  depends_on?: Record<string, { condition: string; required?: boolean }>;
}

/** A compose file with merges applied and variables filled in. */
export interface ComposeFile {
  services: Record<string, ComposeService>;
}

/**
 * `${NAME}`, `${NAME:-default}`, `${NAME-default}` (keeps an empty value) or `${NAME:?message}`; a default may contain
 * one more of them.
 */
const VARIABLE = /\$\{(\w+)(?:(:?[-?])((?:[^{}]|\$\{[^{}]*\})*))?\}/g;

/** Substitutes variables as Docker Compose does: after a colon, empty counts as missing. Throws on a missing `:?`. */
export function interpolate(text: string, environment: Readonly<Record<string, string>>): string {
  return text.replace(VARIABLE, (_all, name: string, operator: string | undefined, rest: string = '') => {
    const value = environment[name];
    if (value || (value === '' && operator === '-')) return value;
    if (operator?.endsWith('?')) throw new Error(`${name}: ${rest}`);
    return operator?.endsWith('-') ? interpolate(rest, environment) : '';
  });
}

/** Returns the names of all variables in a text, without duplicates. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(/\$\{(\w+)/g)].map(([, name]) => name!))];
}

/** Reads a compose file. Variables are substituted after parsing, as Docker Compose does it. */
export function readCompose(text: string, environment: Readonly<Record<string, string>>): ComposeFile {
  return fillIn(parse(text, { merge: true }), environment) as ComposeFile;
}

function fillIn(node: unknown, environment: Readonly<Record<string, string>>): unknown {
  if (typeof node === 'string') return interpolate(node, environment);
  if (Array.isArray(node)) return node.map((item) => fillIn(item, environment));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fillIn(value, environment)]));
}
