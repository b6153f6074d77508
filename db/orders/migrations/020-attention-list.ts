import { Migration } from '@mikro-orm/migrations';

/**
 * An order may need a person for several reasons at once. An order that is being ended is marked, so that no other run
 * of its workflow continues it. A refused cancel request is marked; others have been handled.
 */
export class ListAttention extends Migration {
  override up(): void {
    this.addSql(`alter table orders
      add column attention text[] not null default '{}',
      add column closing boolean not null default false`);
    this.addSql(`update orders set attention = array[needs_attention] where needs_attention is not null`);
    this.addSql(`alter table orders drop column needs_attention`);
    this.addSql(`create index orders_attention on orders (created_at desc, id) where attention <> '{}'`);
    this.addSql(`alter table cancel_requests add column refused_at timestamptz`);
    this.addSql(`create index cancel_requests_open on cancel_requests (created_at) where refused_at is null`);
    // Requests of people, since their messages to the order's workflow may have been lost.
    this.addSql(
      `create index order_events_of_people on order_events (at) where actor <> 'workflow' and version > 1`,
    );
  }

  override down(): void {
    this.addSql(`drop index order_events_of_people`);
    this.addSql(`drop index cancel_requests_open`);
    this.addSql(`alter table cancel_requests drop column refused_at`);
    this.addSql(`alter table orders add column needs_attention text`);
    this.addSql(`update orders set needs_attention = attention[1]`);
    this.addSql(`alter table orders drop column attention, drop column closing`);
  }
}
