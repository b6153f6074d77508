import { Migration } from '@mikro-orm/migrations';

const CODES = `('out_of_stock', 'too_late', 'payment_deadline', 'canceled_by_host', 'canceled_by_agent', 'capture_failed')`;

/**
 * Reasons for an order's end and for refunds become codes. The requester's words stay in the request's row alone (a
 * cancel request, a refund), which orders and mails refer to; they are removed from the order, its events and its
 * mails.
 */
export class KeepReasonsAsCodes extends Migration {
  override up(): void {
    this.addSql(`alter table orders add cancel_request_id uuid references cancel_requests`);
    this.addSql(`
      update orders o set cancel_request_id = (
        select r.id from cancel_requests r
        where r.order_id = o.id and r.refused_at is null and r.reason is not distinct from
          case when o.reason in ${CODES} then null else o.reason end
        order by r.created_at limit 1)
      where status = 'canceled' and (reason not in ${CODES} or reason in ('canceled_by_host', 'canceled_by_agent'))`);
    this.addSql(`
      update order_events set data = jsonb_set(data, '{reason}', to_jsonb('canceled_by_' || actor))
      where type = 'canceled' and actor in ('host', 'agent') and data->>'reason' not in ${CODES}`);
    this.addSql(`
      update orders o set reason = e.data->>'reason' from order_events e
      where e.order_id = o.id and e.type = 'canceled' and o.reason not in ${CODES}`);
    this.addSql(`alter table orders add constraint orders_reason_check check (reason in ${CODES})`);

    this.addSql(`alter table refunds add cause text not null default 'requested'`);
    this.addSql(`alter table refunds alter reason drop not null`);
    this.addSql(`alter table refunds alter cause drop default`);
    this.addSql(`
      update refunds set cause = reason, reason = null
      where origin <> 'staff' or (reason = 'money_without_order' and request_hash = '')`);
    this.addSql(`
      alter table refunds add constraint refunds_cause_check check (cause in ('requested', 'money_without_order',
        'refunded_outside', 'late_payment', 'out_of_stock', 'too_late', 'payment_deadline', 'canceled_by_host',
        'canceled_by_agent', 'capture_failed'))`);

    this.addSql(`alter table mails add refund_id uuid references refunds`);
    this.addSql(`update mails set data = data - 'reason' where data ? 'reason'`);
  }

  override down(): void {
    this.addSql(`alter table mails drop refund_id`);
    this.addSql(`update refunds set reason = cause where reason is null`);
    this.addSql(`alter table refunds drop cause, alter reason set not null`);
    this.addSql(`alter table orders drop constraint orders_reason_check, drop cancel_request_id`);
  }
}
