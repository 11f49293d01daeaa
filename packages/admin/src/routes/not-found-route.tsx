import { Link } from 'wouter';
import { usePageTitle } from './use-page-title.ts';

export function NotFoundRoute() {
  usePageTitle('Not found');
  return (
    <div className="blank">
      <h1>There is nothing here</h1>
      <p>
        <Link href="/">To the API keys</Link>
      </p>
    </div>
  );
}
