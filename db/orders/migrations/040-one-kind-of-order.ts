import { Migration } from '@mikro-orm/migrations';

/**
 * An order exists once it is sent: a cart is not an order, so the status `open` goes, and all orders are of one kind.
 */
export class OneKindOfOrder extends Migration {
  override up(): void {
    this.addSql(`alter table orders drop constraint orders_kind_check`);
    this.addSql(`alter table orders alter column kind drop not null`);
    this.addSql(`alter table orders drop column kind`);
    this.addSql(`alter table orders drop constraint orders_status_check, add constraint orders_status_check
      check (status in ('placing', 'awaiting_payment', 'capturing', 'confirmed', 'preparing', 'ready', 'completed',
        'rejected', 'expired', 'canceled'))`);
  }

  override down(): void {
    this.addSql(`alter table orders drop constraint orders_status_check, add constraint orders_status_check
      check (status in ('open', 'placing', 'awaiting_payment', 'capturing', 'confirmed', 'preparing', 'ready',
        'completed', 'rejected', 'expired', 'canceled'))`);
    this.addSql(
      `alter table orders add column kind text not null default 'solo' check (kind in ('solo', 'shared'))`,
    );
    this.addSql(`alter table orders alter column kind drop default`);
  }
}
