import type { ReactNode } from 'react';
import './notice.css';

interface NoticeProps {
  /** `error` interrupts a screen reader, `grave` and `calm` wait for a pause, `quiet` says nothing by itself. */
  tone: 'error' | 'grave' | 'calm' | 'quiet';
  children: ReactNode;
}

const roles = { error: 'alert', grave: 'status', calm: 'status', quiet: undefined } as const;

export function Notice({ tone, children }: NoticeProps) {
  return (
    <div className={`notice notice-${tone}`} role={roles[tone]}>
      {children}
    </div>
  );
}
