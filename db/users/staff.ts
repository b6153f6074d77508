import type { Database } from '../database.ts';
import { UserEntity } from './entities.ts';

/** Mail addresses of everybody who is told of orders: agents and admins, oldest account first. */
export async function listStaffEmails(users: Database): Promise<string[]> {
  const staff = await users.em
    .fork()
    .find(
      UserEntity,
      { role: { $in: ['agent', 'admin'] } },
      { fields: ['email'], orderBy: { createdAt: 'asc' }, limit: 50 },
    );
  return staff.map((user) => user.email);
}
