import { staffPeople } from '#messages';
import type { Role } from '#domain/permissions.ts';

/** The name of each role. */
export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  customer: staffPeople.customer(),
  kitchen: staffPeople.kitchen(),
  agent: staffPeople.agent(),
  manager: staffPeople.manager(),
  admin: staffPeople.admin(),
};

/** What each role may do. */
export const ROLE_HINTS: Readonly<Record<Role, string>> = {
  customer: staffPeople.customerMay(),
  kitchen: staffPeople.kitchenMay(),
  agent: staffPeople.agentMay(),
  manager: staffPeople.managerMay(),
  admin: staffPeople.adminMay(),
};
