import type { ListedUser as ListedOnWire, User as UserOnWire } from '../../contract/users.js';
import type { ListedUser } from '../../sql/list-users.js';
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

/** A user of the list as it goes over the wire. */
export function listedUserOnWire(user: ListedUser): ListedOnWire {
  return {
    ...userOnWire(user),
    key_count: user.keyCount,
    last_used_at: user.lastUsedAt?.toISOString() ?? null,
  };
}
