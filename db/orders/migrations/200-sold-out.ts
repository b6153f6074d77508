import { Migration } from '@mikro-orm/migrations';

/**
 * What has run out after it was ordered: what its orderer chose for that case, what she is asked about it, and what is
 * done (ADR 31).
 */
export class AskAboutSoldOut extends Migration {
  override up(): void {
    const choices = `check (if_sold_out in ('ask', 'replace', 'leave_out', 'cancel'))`;
    this.addSql(`alter table lines add if_sold_out text not null default 'leave_out' ${choices}`);
    this.addSql(`alter table tab_participants add if_sold_out text not null default 'leave_out' ${choices}`);
    this.addSql(`
      create table questions (
        id uuid primary key,
        order_id uuid not null references orders,
        line_id uuid not null,
        participant_id uuid not null,
        request_hash text not null,
        name text not null,
        quantity integer not null check (quantity > 0),
        suggestion jsonb,
        if_sold_out text not null ${choices},
        status text not null default 'open' check (status in ('open', 'answered', 'decided', 'withdrawn')),
        answer text check (answer in ('take', 'choose', 'leave_out', 'cancel')),
        is_moot boolean not null default false,
        deadline timestamptz not null,
        change_id uuid references changes,
        attempts integer not null default 0,
        actor_id text not null,
        created_at timestamptz not null default clock_timestamp()
      )`);
    this.addSql(`create index questions_of_order on questions (order_id)`);
    this.addSql(`create unique index questions_open on questions (line_id) where status = 'open'`);
    this.addSql(`create index questions_due on questions (deadline) where status = 'open'`);
    this.addSql(
      `alter table orders add open_questions integer not null default 0 check (open_questions >= 0)`,
    );
    this.addSql(`alter table changes add question_id uuid references questions`);
    this.addSql(`alter table cancel_requests add question_id uuid references questions`);
  }

  override down(): void {
    this.addSql(`alter table cancel_requests drop question_id`);
    this.addSql(`alter table changes drop question_id`);
    this.addSql(`alter table orders drop open_questions`);
    this.addSql(`drop table questions`);
    this.addSql(`alter table tab_participants drop if_sold_out`);
    this.addSql(`alter table lines drop if_sold_out`);
  }
}
