import { addressOf } from '../../api/public-path.ts';
import './provider-link.css';

interface ProviderLinkProps {
  host: string;
  /** Where on this page to go on: a path of the page with its search. */
  next: string;
}

/** Leaves the page for the OpenID Connect provider, and comes back to it signed in. */
export function ProviderLink({ host, next }: ProviderLinkProps) {
  const query = next === '/' ? '' : `?next=${encodeURIComponent(next)}`;
  return (
    <a
      className="button button-plain provider-link"
      href={addressOf(`/api/auth/oidc/start${query}`)}
    >
      Sign in with {host}
    </a>
  );
}
