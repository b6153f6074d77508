import { Migration } from '@mikro-orm/migrations';

/** Accounts, credentials, sessions and open verifications, as better-auth uses them. */
export class CreateUsers extends Migration {
  override up(): void {
    this.addSql(`
      create table users (
        id text primary key,
        name text not null,
        email text not null unique check (email = lower(email)),
        email_verified boolean not null default false,
        image text,
        role text not null default 'customer' check (role in ('customer', 'agent', 'admin')),
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table sessions (
        id text primary key,
        user_id text not null references users on delete cascade,
        token text not null unique,
        expires_at timestamptz not null,
        ip_address text,
        user_agent text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index sessions_user_id on sessions (user_id)`);
    this.addSql(`
      create table accounts (
        id text primary key,
        user_id text not null references users on delete cascade,
        account_id text not null,
        provider_id text not null,
        access_token text,
        refresh_token text,
        id_token text,
        access_token_expires_at timestamptz,
        refresh_token_expires_at timestamptz,
        scope text,
        password text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        unique (provider_id, account_id)
      )`);
    this.addSql(`create index accounts_user_id on accounts (user_id)`);
    this.addSql(`
      create table verifications (
        id text primary key,
        identifier text not null,
        value text not null,
        expires_at timestamptz not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index verifications_identifier on verifications (identifier)`);
  }

  override down(): void {
    this.addSql(`drop table verifications, accounts, sessions, users`);
  }
}
