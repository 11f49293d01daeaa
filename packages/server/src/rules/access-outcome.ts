/** What happens to those who sign in or out, or are refused: counted, and a line of the audit (`audit/access-events.ts`). */
export type AccessOutcome =
  | 'signed_in'
  | 'signed_out'
  | 'sign_in_failed'
  | 'sign_in_locked'
  | 'network_refused'
  | 'admin_denied'
  | 'foreign_origin'
  | 'setup_refused';
