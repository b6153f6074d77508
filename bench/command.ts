/** What the commands of bench/ have in common. */

/** Returns how to report progress. It goes to stderr, so that stdout holds the report alone. */
export function progressOf(name: string): (text: string) => void {
  return (text) => console.error(`${name}: ${text}`);
}

/**
 * Runs a command and ends the process with the code that `main` resolves with, 0 for none. Ends it with 2 if `main`
 * throws; a TypeError means wrong arguments, so `usage` is printed too.
 */
export async function runCommand(main: () => Promise<number | void>, usage: string): Promise<never> {
  try {
    process.exit((await main()) ?? 0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    if (error instanceof TypeError) console.error(`\n${usage}`);
    process.exit(2);
  }
}
