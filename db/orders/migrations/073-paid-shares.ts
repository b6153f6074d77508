import { Migration } from '@mikro-orm/migrations';

/** A share knows its newest attempt, and is authorized only by a payment that is. */
export class BackPaidShares extends Migration {
  override up(): void {
    // Null for a share whose attempt began earlier: any attempt may still decide it.
    this.addSql(`alter table shares add column attempt_id uuid`);
    this.addSql(`
      create function assert_share_is_paid() returns trigger language plpgsql as $$
      declare of_share uuid := (to_jsonb(new)->>tg_argv[0])::uuid;
      begin
        if exists (
          select from shares s where s.id = of_share and s.status = 'authorized' and s.amount > 0 and not exists (
            select from payments p where p.share_id = s.id and p.status in ('authorized', 'captured')))
        then
          raise exception 'share % is authorized, but no payment of it is', of_share
            using errcode = 'check_violation';
        end if;
        return null;
      end $$`);
    // Checked at the end of a transaction: a statement moves a share before or after its payment.
    this.addSql(`
      create constraint trigger shares_authorized_by_payment after insert or update of status on shares
        deferrable initially deferred for each row when (new.status = 'authorized' and new.amount > 0)
        execute function assert_share_is_paid('id')`);
    this.addSql(`
      create constraint trigger payments_authorize_share after update of status on payments
        deferrable initially deferred for each row
        when (old.status in ('authorized', 'captured') and new.status not in ('authorized', 'captured'))
        execute function assert_share_is_paid('share_id')`);
  }

  override down(): void {
    this.addSql(`drop trigger payments_authorize_share on payments`);
    this.addSql(`drop trigger shares_authorized_by_payment on shares`);
    this.addSql(`drop function assert_share_is_paid`);
    this.addSql(`alter table shares drop column attempt_id`);
  }
}
