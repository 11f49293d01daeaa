import type { User as UserOnWire } from '../../contract/users.js';
import type { User } from '../../sql/user.js';

/** A user as it goes over the wire. */
export function userOnWire(user: User): UserOnWire {
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    is_admin: user.isAdmin,
    is_active: user.isActive,
    created_at: user.createdAt.toISOString(),
    has_password: user.hasPassword,
  };
}
