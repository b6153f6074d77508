import type { BodyOf, ParamsOf, RouteName, SentOf } from '#domain/contract/routes.ts';
import { request, type Method, type RequestOptions } from './request.ts';

/** Input of a call: the parts that the contract names, and the common options. */
type CallOptions<Name extends RouteName> = Pick<
  RequestOptions,
  'idempotencyKey' | 'authorization' | 'signal'
> &
  (keyof ParamsOf<Name> extends never ? unknown : { readonly params: ParamsOf<Name> }) &
  (SentOf<Name, 'query'> extends undefined
    ? unknown
    : { readonly query?: Readonly<Blanks<SentOf<Name, 'query'>>> }) &
  (SentOf<Name, 'body'> extends undefined ? { readonly body?: Blob } : { readonly body: GivenBody<Name> });

/** The body of a route. It is sent unchanged. */
export type GivenBody<Name extends RouteName> = Given<SentOf<Name, 'body'>>;
type Given<Value> = Value extends readonly (infer Item)[]
  ? readonly Given<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Given<Value[Key]> }
    : Value;

/** Undefined fields of a query are omitted. */
type Blanks<Query> = { [Key in keyof Query]: Query[Key] | null | undefined };

/** Calls a route of the contract by name, and returns the response body. Throws ApiError, see `request`. */
export function call<Name extends RouteName>(
  name: Name,
  ...[options]: object extends CallOptions<Name> ? [CallOptions<Name>?] : [CallOptions<Name>]
): Promise<BodyOf<Name>> {
  const [method, pattern] = name.split(' ') as [Method, string];
  const { params = {}, ...rest } = (options ?? {}) as RequestOptions & { params?: Record<string, string> };
  const path = pattern.replaceAll(/:(\w+)/g, (_, param: string) => encodeURIComponent(params[param] ?? ''));
  return request(method, path, rest);
}
