import { Migration } from '@mikro-orm/migrations';

/**
 * Counts of attempts to sign in, to sign up or to have a mail sent, shared by all processes. Keys are hashes; the
 * columns are those of rate-limiter-flexible, which counts in one statement. Unlogged: losing them in a crash is
 * harmless.
 */
export class CreateAttempts extends Migration {
  override up(): void {
    this.addSql(`
      create unlogged table attempts (
        key varchar(255) primary key,
        points integer not null default 0,
        expire bigint
      )`);
    this.addSql(`create index attempts_expire on attempts (expire)`);
    this.addSql(`create index verifications_value on verifications (value)`);
  }

  override down(): void {
    this.addSql(`drop index verifications_value`);
    this.addSql(`drop table attempts`);
  }
}
