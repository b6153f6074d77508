import { invalidRequest } from './errors.ts';

/** A value of a form-encoded request: `a=1`, `a[b]=1`, `a[0]=1`, `a[]=1`. */
export type FormValue = string | FormValue[] | { [key: string]: FormValue };
/** The parameters of a request. */
export type FormParams = Record<string, FormValue>;

type Tree = Map<string, Tree | string>;

/**
 * Reads a query string or a form-encoded body in Stripe's bracket notation.
 * Objects with the keys 0, 1, 2 … become arrays.
 */
export function parseForm(text: string): FormParams {
  const root: Tree = new Map();
  for (const [name, value] of new URLSearchParams(text)) insert(root, keysOf(name), value);
  return Object.fromEntries([...root].map(([key, value]) => [key, toValue(value)]));
}

function keysOf(name: string): string[] {
  const open = name.indexOf('[');
  if (open <= 0) return [name];
  const rest = name.slice(open);
  const inner = [...rest.matchAll(/\[([^[\]]*)\]/g)].map((match) => match[1] ?? '');
  if (inner.map((key) => `[${key}]`).join('') !== rest) {
    throw invalidRequest(`Invalid parameter name: ${name}`, { param: name });
  }
  return [name.slice(0, open), ...inner];
}

function insert(node: Tree, keys: string[], value: string): void {
  const [first = '', ...rest] = keys;
  const key = first === '' ? String(node.size) : first;
  if (rest.length === 0) {
    node.set(key, value);
    return;
  }
  let child = node.get(key);
  if (!(child instanceof Map)) {
    child = new Map();
    node.set(key, child);
  }
  insert(child, rest, value);
}

function toValue(node: Tree | string): FormValue {
  if (typeof node === 'string') return node;
  const items = Array.from({ length: node.size }, (_, index) => node.get(String(index)));
  if (node.size > 0 && items.every((item) => item !== undefined)) return items.map(toValue);
  return Object.fromEntries([...node].map(([key, value]) => [key, toValue(value)]));
}
