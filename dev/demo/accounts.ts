import { ROLES, type Role } from '../../domain/permissions.ts';

/** First names of the demo's people; a role without one uses Robin. */
const FIRST_NAMES: Partial<Record<Role, string>> = {
  customer: 'Carla',
  kitchen: 'Kim',
  agent: 'Alex',
  manager: 'Mona',
  admin: 'Ada',
};

/** The demo accounts, one per role, all with DEMO_PASSWORD. */
export const DEMO_ACCOUNTS = ROLES.map((role) => ({
  email: `${role}@sharetab.test`,
  name: `${FIRST_NAMES[role] ?? 'Robin'} ${role.charAt(0).toUpperCase()}${role.slice(1)}`,
  role,
}));

/** Printed by `npm start`: it protects nothing. */
export const DEMO_PASSWORD = 'sharetab-demo';
