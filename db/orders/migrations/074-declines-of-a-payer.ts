import { Migration } from '@mikro-orm/migrations';

/** Declined cards are counted per share and payer, so that nobody's declines stop the others of her order. */
export class CountDeclinesOfPayer extends Migration {
  override up(): void {
    this.addSql(`alter table payment_attempts add column participant_id uuid`);
    this.addSql(`
      update payment_attempts set participant_id = shares.participant_id from shares
      where shares.id = payment_attempts.share_id and payment_attempts.method = 'card'`);
    this.addSql(`create index payment_attempts_share_id on payment_attempts (share_id)`);
    // See 030-bound-abuse.ts for why it is a function. The old version still calls lock_card_attempts.
    this.addSql(`
      create function lock_payer_attempts(of_share uuid, of_payer uuid, net text)
      returns table (payer_declines integer, network_declines integer, network_undecided integer)
      language plpgsql volatile as $$
      begin
        if of_share is not null then perform pg_advisory_xact_lock(hashtextextended(of_share::text, 32)); end if;
        if net is not null then perform pg_advisory_xact_lock(hashtextextended(net, 33)); end if;
        return query select
          (select count(*)::int from payment_attempts
           where share_id = of_share and coalesce(participant_id, of_payer) = of_payer and status = 'declined'),
          (select count(*)::int from payment_attempts
           where network = net and status = 'declined' and created_at > now() - interval '1 hour'),
          (select count(*)::int from payment_attempts
           where network = net and status = 'pending' and created_at > now() - interval '1 minute');
      end $$`);
  }

  override down(): void {
    this.addSql(`drop function lock_payer_attempts`);
    this.addSql(`drop index payment_attempts_share_id`);
    this.addSql(`alter table payment_attempts drop column participant_id`);
  }
}
