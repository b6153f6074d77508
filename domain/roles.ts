/** Who a signed-in person is: customers order, agents run catalog and board, admins manage staff besides. */
export const ROLES = ['customer', 'agent', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** True for those who manage staff and settings, and say what is done about money that differs. */
export function isAdmin(role: Role): boolean {
  return role === 'admin';
}

/** True for those who run catalog and board. */
export function isStaff(role: Role): boolean {
  return role !== 'customer';
}
