import { Migration } from '@mikro-orm/migrations';

/**
 * A payment proves the address of its own payer: anybody may type any address for the others of an order. Earlier
 * versions of the program still call was_paid and lock_unpaid_mails.
 */
export class ProvePayers extends Migration {
  override up(): void {
    // Who hands over the cash for a share of a group is not known; a person who orders alone pays for herself.
    this.addSql(`
      create function has_paid(of_order uuid, person uuid) returns boolean language sql stable as $$
        select exists (
          select from orders o join shares s on s.order_id = o.id and s.participant_id = person
            join payments p on p.share_id = s.id join ledger_transactions t on t.reference_id = p.id
          where o.id = of_order and o.tab_id is null and t.kind in ('authorization', 'capture', 'cash'))
        or exists (
          select from payment_attempts a join payments p on p.id = a.payment_id
            join ledger_transactions t on t.reference_id = p.id
          where a.order_id = of_order and a.participant_id = person and t.kind in ('authorization', 'capture')
            and a.status = 'authorized')
      $$`);
    this.addSql(`
      create function is_address_proven(of_order uuid, address text) returns boolean language sql stable as $$
        select exists (
          select from participants p
          where p.order_id = of_order and lower(p.email) = lower(address)
            and (p.email_proven or has_paid(p.order_id, p.id)))
      $$`);
    // A volatile function that takes a lock sees what the lock's previous holder wrote.
    this.addSql(`
      create function lock_unproven_mails(address text) returns integer language plpgsql volatile as $$
      begin
        perform pg_advisory_xact_lock(hashtextextended(address, 34));
        return (select count(*)::int from mails m
          where m.recipient = address and m.created_at > now() - interval '1 hour' and m.order_id is not null
            and not exists (
              select from participants p
              where p.order_id = m.order_id and p.email = address and has_paid(p.order_id, p.id)));
      end $$`);
  }

  override down(): void {
    this.addSql(`drop function lock_unproven_mails, is_address_proven, has_paid`);
  }
}
