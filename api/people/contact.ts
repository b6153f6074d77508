/** The mail address that somebody gives in a tab, and whether it is known to be hers. */
export interface GivenAddress {
  readonly email: string | null;
  readonly isProven: boolean;
}

/** Returns the address that somebody typed, or her account's. Only the confirmed address of her account is proven. */
export function addressOf(
  user: { readonly email: string; readonly emailVerified: boolean } | null,
  typed: string | undefined,
): GivenAddress {
  const email = typed ?? user?.email ?? null;
  return { email, isProven: user !== null && user.emailVerified && email === user.email };
}
