/** Orders on the board and their changes, written as the product writes them but without payments. */

import type { Client } from 'pg';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';

/** Puts `count` paid orders of three lines on the board, spread over its columns. */
export async function fillBoard(client: Client, count: number): Promise<void> {
  await client.query(`delete from order_events; delete from allocations; delete from shares; delete from lines; delete from participants;
    delete from orders`);
  await client.query(
    `create temp table story as select n, md5('order' || n)::uuid as order_id, md5('person' || n)::uuid as person_id
     from generate_series(1, ${count}) as n;
     insert into orders (id, number, status, version, currency, total_amount, place, host_participant_id,
       request_hash, accept_before, confirmed_at, created_at, updated_at)
     select order_id, n, (array['confirmed', 'preparing', 'ready'])[n % 3 + 1], 1, 'eur', 1260, jsonb_build_object('kind', 'table', 'label', (n % 40)::text),
       person_id, '', now(), now(), now() - n * interval '1 second', now() from story;
     insert into participants (id, order_id, name, created_at) select person_id, order_id, 'Guest ' || n, now() from story;
     insert into lines (id, order_id, position, product_id, category, variant_id, name, options, quantity, unit_amount, amount,
       tax_rate, note, participant_id, shared_between)
     select md5('line' || n || ':' || at)::uuid, order_id, at, person_id, 'Coffee', person_id, 'Flat white, large ' || at, '[]', 1,
       420, 420, 1900, case when at = 1 then 'extra hot please' end, person_id, array[person_id]
     from story, generate_series(1, 3) as at;
     insert into shares (id, order_id, bill_version, participant_id, amount, status)
     select md5('share' || n)::uuid, order_id, 1, person_id, 1260, 'captured' from story;
     insert into allocations (share_id, line_id, amount)
     select md5('share' || n)::uuid, md5('line' || n || ':' || at)::uuid, 420 from story, generate_series(1, 3) as at;
     drop table story`,
  );
}

/** Moves any one order to the next column, from the last one to the first, and sends the notification. */
export async function moveOne(client: Client): Promise<void> {
  const { rows } = await client.query<{ id: string }>(
    `with chosen as (select id from orders order by random() limit 1),
     moved as (
       update orders set version = version + 1, updated_at = clock_timestamp(),
         status = case status when 'confirmed' then 'preparing' when 'preparing' then 'ready' else 'confirmed' end
       where id = (select id from chosen) returning id, version, status)
     insert into order_events (order_id, version, type, at, actor, dedupe_key, data)
     select id, version, status, clock_timestamp(), 'workflow', 'bench:' || version, jsonb_build_object('status', status)
     from moved returning order_id as id`,
  );
  await client.query(`select pg_notify($1, $2)`, [ORDER_CHANGES_CHANNEL, rows[0]!.id]);
}
