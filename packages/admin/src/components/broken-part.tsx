import { Component, type ReactNode } from 'react';

interface BrokenPartProps {
  /** Stands in for what could not be shown. */
  fallback: ReactNode;
  children: ReactNode;
}

/** Keeps a fault inside the part where it happened. */
export class BrokenPart extends Component<BrokenPartProps, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    return this.state.broken ? this.props.fallback : this.props.children;
  }
}
