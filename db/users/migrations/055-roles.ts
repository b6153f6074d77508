import { Migration } from '@mikro-orm/migrations';

/** The roles kitchen and manager. The list is domain/permissions.ts's; a test compares the two. */
export class AddRoles extends Migration {
  override up(): void {
    this.addSql(`
      alter table users drop constraint users_role_check,
        add constraint users_role_check
          check (role in ('customer', 'kitchen', 'agent', 'manager', 'admin'))`);
  }

  override down(): void {
    this.addSql(`update users set role = 'customer' where role not in ('customer', 'agent', 'admin')`);
    this.addSql(`
      alter table users drop constraint users_role_check,
        add constraint users_role_check check (role in ('customer', 'agent', 'admin'))`);
  }
}
