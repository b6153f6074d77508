import { Migration } from '@mikro-orm/migrations';

/** The unpaid rounds of a tab count together, and those that its workflow sends count for whoever has opened it. */
export class BoundTabs extends Migration {
  override up(): void {
    // HMACs as in orders: of its opener and of the network from which it was opened.
    this.addSql(`alter table tabs add column held_by text, add column network text`);
    // Earlier versions of the program still call lock_unpaid_lines, which knows no tab.
    this.addSql(`
      create function lock_unpaid_holds(guest text, net text, tab uuid)
      returns table (order_id uuid, of_guest boolean, of_network boolean, pays_later boolean, variant_id uuid,
        quantity integer)
      language plpgsql volatile as $$
      #variable_conflict use_column
      begin
        if guest is not null then perform pg_advisory_xact_lock(hashtextextended(guest, 30)); end if;
        if net is not null then perform pg_advisory_xact_lock(hashtextextended(net, 31)); end if;
        return query
          select o.id, coalesce(o.held_by = guest, false) or coalesce(o.tab_id = tab, false),
            coalesce(o.network = net, false), o.pays_later, l.variant_id, l.quantity
          from orders o join lines l on l.order_id = o.id
          where o.status in ('placing', 'awaiting_payment') and (o.held_by = guest or o.network = net or o.tab_id = tab)
            and (o.pays_later or not exists (
              select from payment_attempts r where r.order_id = o.id and r.status in ('pending', 'authorized')));
      end $$`);
  }

  override down(): void {
    this.addSql(`drop function lock_unpaid_holds`);
    this.addSql(`alter table tabs drop column held_by, drop column network`);
  }
}
