/** What SvelteKit types itself by. */
declare namespace App {
  interface Error {
    message: string;
  }
  interface PageState {
    /** The sheet that is open over the menu. */
    menuSheet?: { kind: 'cart' } | { kind: 'product'; productId: string; lineId?: string };
  }
}
