import './person-colors.css';

const COLORS = 8;

/**
 * Returns the class that gives somebody her color, as `--person` and `--on-person` for text on it. `place` is hers in
 * the list of the tab's people, so that she has the same color on every screen.
 */
export function personColor(place: number): string {
  return `person-${Math.max(0, place) % COLORS}`;
}
