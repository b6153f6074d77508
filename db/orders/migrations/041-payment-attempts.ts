import { Migration } from '@mikro-orm/migrations';

/** Renames attempts to pay to the usual term. */
export class NamePaymentAttempts extends Migration {
  override up(): void {
    this.rename('pay_requests', 'payment_attempts', 'lock_card_tries', 'lock_card_attempts');
  }

  override down(): void {
    this.rename('payment_attempts', 'pay_requests', 'lock_card_attempts', 'lock_card_tries');
  }

  private rename(table: string, name: string, lockFunction: string, lockName: string): void {
    this.addSql(`alter table ${table} rename to ${name}`);
    this.addSql(`
      do $$ declare known record; begin
        for known in
          select conname as old, replace(conname, '${table}', '${name}') as new from pg_constraint
          where conrelid = '${name}'::regclass and conname like '${table}%'
        loop execute format('alter table ${name} rename constraint %I to %I', known.old, known.new); end loop;
      end $$`);
    for (const index of ['network', 'order_id'])
      this.addSql(`alter index ${table}_${index} rename to ${name}_${index}`);
    this.addSql(`alter function ${lockFunction} rename to ${lockName}`);
    // The bodies contain the table's name: see 030-bound-abuse.ts for why they are functions.
    this.addSql(`
      create or replace function ${lockName}(of_order uuid, net text)
      returns table (order_declines integer, network_declines integer, network_undecided integer)
      language plpgsql volatile as $$
      begin
        if of_order is not null then perform pg_advisory_xact_lock(hashtextextended(of_order::text, 32)); end if;
        if net is not null then perform pg_advisory_xact_lock(hashtextextended(net, 33)); end if;
        return query select
          (select count(*)::int from ${name} where order_id = of_order and status = 'declined'),
          (select count(*)::int from ${name}
           where network = net and status = 'declined' and created_at > now() - interval '1 hour'),
          (select count(*)::int from ${name}
           where network = net and status = 'pending' and created_at > now() - interval '1 minute');
      end $$`);
    this.addSql(`
      create or replace function lock_unpaid_lines(guest text, net text)
      returns table (order_id uuid, of_guest boolean, of_network boolean, pays_later boolean, variant_id uuid,
        quantity integer)
      language plpgsql volatile as $$
      #variable_conflict use_column
      begin
        if guest is not null then perform pg_advisory_xact_lock(hashtextextended(guest, 30)); end if;
        if net is not null then perform pg_advisory_xact_lock(hashtextextended(net, 31)); end if;
        return query
          select o.id, coalesce(o.held_by = guest, false), coalesce(o.network = net, false), o.pays_later, l.variant_id,
            l.quantity
          from orders o join lines l on l.order_id = o.id
          where o.status in ('placing', 'awaiting_payment') and (o.held_by = guest or o.network = net)
            and (o.pays_later or not exists (
              select from ${name} r where r.order_id = o.id and r.status in ('pending', 'authorized')));
      end $$`);
  }
}
