import { Migration } from '@mikro-orm/migrations';

/** Products with their variants and pictures, stock and holds. */
export class CreateCatalog extends Migration {
  override up(): void {
    this.addSql(`
      create table pictures (
        sha256 text primary key check (sha256 ~ '^[0-9a-f]{64}$'),
        content bytea not null,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`
      create table products (
        id uuid primary key,
        name text not null,
        description text not null,
        category text not null,
        picture text references pictures,
        allergens text[] not null default '{}',
        tax_rate integer not null check (tax_rate between 0 and 10000),
        active boolean not null default true,
        position integer not null,
        version integer not null default 1,
        option_groups jsonb not null default '[]',
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      )`);
    this.addSql(`create index products_position on products (position, id)`);
    this.addSql(`
      create table variants (
        id uuid primary key,
        product_id uuid not null references products on delete cascade,
        name text not null,
        unit_amount integer not null check (unit_amount >= 0),
        currency text not null check (currency ~ '^[a-z]{3}$'),
        active boolean not null default true,
        position integer not null,
        received integer not null check (received >= 0),
        available integer not null check (available >= 0),
        check (available <= received)
      )`);
    this.addSql(`create index variants_product_id on variants (product_id)`);
    this.addSql(`
      create table holds (
        order_id uuid not null,
        variant_id uuid not null references variants,
        quantity integer not null check (quantity > 0),
        returned integer not null default 0 check (returned between 0 and quantity),
        status text not null check (status in ('live', 'committed', 'sold', 'released')),
        deadline timestamptz not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        primary key (order_id, variant_id)
      )`);
    this.addSql(`
      create table stock_returns (
        refund_id uuid not null,
        variant_id uuid not null references variants,
        quantity integer not null check (quantity > 0),
        created_at timestamptz not null default now(),
        primary key (refund_id, variant_id)
      )`);
    this.addSql(`create index holds_unsettled on holds (deadline) where status in ('live', 'committed')`);
  }

  override down(): void {
    this.addSql(`drop table stock_returns, holds, variants, products, pictures`);
  }
}
