import './person-colors.css';

const COLORS = 8;

/**
 * Returns the class that gives somebody her color, as `--person` and `--on-person` for text on it. `place` is hers in
 * the list of the tab's people, so that she has the same color on every screen; negative while it is not known.
 */
export function personColor(place: number): string {
  return place < 0 ? 'person-unknown' : `person-${place % COLORS}`;
}
