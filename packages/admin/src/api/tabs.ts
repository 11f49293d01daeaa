import { publicPath } from './public-path.ts';

type Listener = (userId: string | null) => void;

/** Two servers on one host share its channels. */
const CHANNEL = `keystamp${publicPath}`;
const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL);

/** Says to the other tabs who is signed in now; null: nobody. */
export function notifyTabs(userId: string | null): void {
  channel?.postMessage(userId);
}

/** What another tab says. It is a hint only: the server knows. */
export function onTabNews(listener: Listener): () => void {
  const heard = ({ data }: MessageEvent<string | null>) => listener(data);
  channel?.addEventListener('message', heard);
  return () => channel?.removeEventListener('message', heard);
}
