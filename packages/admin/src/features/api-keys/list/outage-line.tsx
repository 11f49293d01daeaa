import { type ApiFailure, isOutage, isSessionRefused } from '../../../api/failure.ts';

interface OutageLineProps {
  failure: ApiFailure | null;
  /** When the rows came that are shown meanwhile. */
  knownAt: Date;
}

/** The table stays while no answer comes; this says as of when it is. The end of a session has a dialog of its own. */
export function OutageLine({ failure, knownAt }: OutageLineProps) {
  if (failure === null || isSessionRefused(failure)) return null;
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' }).format(knownAt);
  return (
    <p className="outage-line" role="alert">
      {isOutage(failure) ? 'No connection to the server.' : failure.message} The list is as of{' '}
      <span lang={navigator.language}>{time}</span>. It is tried again by itself.
    </p>
  );
}
