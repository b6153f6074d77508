import { sql } from 'kysely';
import { wordsOf } from '../../../domain/fold.ts';
import type { Role } from '../../../domain/permissions.ts';
import type { Database } from '../../database.ts';
import { query, queryFirst, type Sql } from '../../sql.ts';

/** An account, as shown to those who assign roles. */
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: Role;
  /** The number of its valid sessions. */
  readonly sessions: number;
}

const FIELDS = sql`u.id, u.name, u.email, u.email_verified as "emailVerified", u.role,
  (select count(*)::int from sessions s where s.user_id = u.id and s.expires_at > now()) as sessions`;

/** Which accounts: without a search, those with staff roles. */
export interface AccountSearch {
  /** Words that each occur in the name or the mail address, folded as everywhere. */
  readonly q?: string | undefined;
  readonly email?: string | undefined;
  /** The id of the account after which the page starts. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Returns accounts by name. */
export async function listAccounts(users: Database, search: AccountSearch): Promise<AccountRow[]> {
  const { q, email, after, limit } = search;
  const which: Sql[] = [
    ...(q === undefined && email === undefined ? [sql`u.role <> 'customer'`] : []),
    ...(q === undefined
      ? []
      : [
          sql`(select bool_and(strpos(u.search_words, word) > 0) from unnest(${wordsOf(q)}::text[]) as word)`,
        ]),
    ...(email === undefined ? [] : [sql`u.email = ${email}`]),
    ...(after === undefined
      ? []
      : [sql`(lower(u.name), u.id) > (select lower(name), id from users where id = ${after})`]),
  ];
  return query<AccountRow>(
    users.em.fork(),
    sql`select ${FIELDS} from users u where ${sql.join(which, sql` and `)} order by lower(u.name), u.id limit ${limit}`,
  );
}

/** Returns an account, or undefined. */
export function readAccount(users: Database, id: string): Promise<AccountRow | undefined> {
  return queryFirst<AccountRow>(users.em.fork(), sql`select ${FIELDS} from users u where u.id = ${id}`);
}
