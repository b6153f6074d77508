// @ts-check

/** @type {Set<() => void>} */
const afterPress = new Set();
let isPressed = false;
window.addEventListener('pointerdown', () => (isPressed = true), true);
for (const end of ['pointerup', 'pointercancel'])
  window.addEventListener(
    end,
    () => {
      isPressed = false;
      // The click is told of right after this: what moves waits for it.
      setTimeout(() => {
        for (const change of afterPress) change();
        afterPress.clear();
      });
    },
    true,
  );

/**
 * Moves parts of the page, but never while the pointer is pressed: pressing a button leaves the field before it, whose
 * error moves the page, and a button that is gone from under the pointer when that is let go has not been clicked.
 * @param {() => void} change
 */
export function whenNotPressed(change) {
  if (isPressed) afterPress.add(change);
  else change();
}
