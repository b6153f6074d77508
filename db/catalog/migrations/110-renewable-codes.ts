import { Migration } from '@mikro-orm/migrations';

/** Codes of spots can be renewed, and are short enough to be typed. Those that were printed stay valid. */
export class RenewCodes extends Migration {
  override up(): void {
    this.addSql(`alter table spots drop constraint spots_code_check,
      add constraint spots_code_check check (length(code) >= 12)`);
    this.addSql(`alter table shop_changes drop constraint shop_changes_type_check,
      add constraint shop_changes_type_check check (
        type in ('spot_added', 'spot_changed', 'spot_code_renewed', 'settings_changed'))`);
    // A repeated request renews nothing again: the code that it made may be printed already.
    this.addSql(`alter table shop_changes add column request_id uuid unique`);
  }

  /** Earlier versions know long codes only: short ones are renewed. */
  override down(): void {
    this.addSql(`delete from shop_changes where type = 'spot_code_renewed'`);
    this.addSql(`alter table shop_changes drop column request_id, drop constraint shop_changes_type_check,
      add constraint shop_changes_type_check check (type in ('spot_added', 'spot_changed', 'settings_changed'))`);
    this.addSql(`update spots set code = replace(gen_random_uuid()::text, '-', '') where length(code) < 22`);
    this.addSql(`alter table spots drop constraint spots_code_check,
      add constraint spots_code_check check (length(code) >= 22)`);
  }
}
