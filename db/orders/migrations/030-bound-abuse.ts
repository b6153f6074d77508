import { Migration } from '@mikro-orm/migrations';

/**
 * Limits of unpaid holds, card attempts and mails: counted in the database, so that they hold for any number of API
 * processes.
 */
export class BoundAbuse extends Migration {
  override up(): void {
    // HMACs of the orderer and of the network.
    this.addSql(`alter table orders add column held_by text, add column network text`);
    this.addSql(`create index orders_unpaid_of_guest on orders (held_by)
      where status in ('placing', 'awaiting_payment')`);
    this.addSql(`create index orders_unpaid_of_network on orders (network)
      where status in ('placing', 'awaiting_payment')`);
    this.addSql(`alter table pay_requests add column network text`);
    this.addSql(
      `create index pay_requests_network on pay_requests (network, created_at) where network is not null`,
    );
    this.addSql(`create index pay_requests_order_id on pay_requests (order_id)`);
    this.addSql(`alter table participants add column email_proven boolean not null default false`);
    this.addSql(`create index mails_recipient on mails (recipient, created_at)`);
    // A volatile function that takes locks sees, after each lock, what its previous holder wrote; a single statement
    // would see the snapshot of its start.
    this.addSql(`
      create function lock_unpaid_lines(guest text, net text)
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
              select from pay_requests r where r.order_id = o.id and r.status in ('pending', 'authorized')));
      end $$`);
    this.addSql(`
      create function lock_card_tries(of_order uuid, net text)
      returns table (order_declines integer, network_declines integer, network_undecided integer)
      language plpgsql volatile as $$
      begin
        if of_order is not null then perform pg_advisory_xact_lock(hashtextextended(of_order::text, 32)); end if;
        if net is not null then perform pg_advisory_xact_lock(hashtextextended(net, 33)); end if;
        return query select
          (select count(*)::int from pay_requests where order_id = of_order and status = 'declined'),
          (select count(*)::int from pay_requests
           where network = net and status = 'declined' and created_at > now() - interval '1 hour'),
          (select count(*)::int from pay_requests
           where network = net and status = 'pending' and created_at > now() - interval '1 minute');
      end $$`);
    this.addSql(`
      create function was_paid(of_order uuid) returns boolean language sql stable as $$
        select exists (
          select from payments p join ledger_transactions t on t.reference_id = p.id
          where p.order_id = of_order and t.kind in ('authorization', 'capture', 'cash'))
      $$`);
    this.addSql(`
      create function lock_unpaid_mails(address text) returns integer language plpgsql volatile as $$
      begin
        perform pg_advisory_xact_lock(hashtextextended(address, 34));
        return (select count(*)::int from mails m
          where m.recipient = address and m.created_at > now() - interval '1 hour' and m.order_id is not null
            and not was_paid(m.order_id));
      end $$`);
  }

  override down(): void {
    this.addSql(`drop function lock_unpaid_lines, lock_card_tries, lock_unpaid_mails, was_paid`);
    this.addSql(`drop index orders_unpaid_of_guest, orders_unpaid_of_network, pay_requests_network,
      pay_requests_order_id, mails_recipient`);
    this.addSql(`alter table orders drop column held_by, drop column network`);
    this.addSql(`alter table pay_requests drop column network`);
    this.addSql(`alter table participants drop column email_proven`);
  }
}
