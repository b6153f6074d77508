import { Migration } from '@mikro-orm/migrations';

/**
 * A place becomes an object, as recorded when the order was placed: `{ kind, spotId?, label, area?, name?, note? }`.
 * Existing text becomes a place of kind `other`.
 */
export class MakePlaceAnObject extends Migration {
  override up(): void {
    this.addSql(`alter table orders drop column place_words`);
    this.addSql(`alter table orders rename column place to place_text`);
    this.addSql(`alter table orders add column place jsonb`);
    this.addSql(`update orders set place = jsonb_build_object('kind', 'other', 'label', place_text)
      where place_text is not null`);
    this.addSql(`alter table orders drop column place_text`);
    this.addSql(`alter table orders add constraint orders_place_check check (
      place is null or (place->>'kind' is not null and place->>'label' is not null))`);
    this.addSql(`alter table orders add column place_words text generated always as (fold_text(
      (place->>'kind') || ' ' || (place->>'label') || ' ' || coalesce(place->>'area', '') || ' ' ||
      coalesce(place->>'name', ''))) stored`);
  }

  override down(): void {
    this.addSql(`alter table orders drop column place_words`);
    this.addSql(`alter table orders drop constraint orders_place_check`);
    this.addSql(`alter table orders alter column place type text using place->>'label'`);
    this.addSql(
      `alter table orders add column place_words text generated always as (fold_text(place)) stored`,
    );
  }
}
