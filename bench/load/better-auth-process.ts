// better-auth in a process of its own: node better-auth-process.ts <url of its database> <keys>. Asked for {keys, count, atOnce}, it validates
// that often over the first so many keys and answers with how many it did in a second.
import { atOnce } from '../measure/at-once.js';
import { ratePerSecond } from '../measure/rounds.js';
import { startBetterAuth } from '../rivals/better-auth.js';

const [url = '', count = ''] = process.argv.slice(2);
const rival = await startBetterAuth(url, 10);
const keys = await rival.createKeys(Number(count));

process.on('message', async (asked: { keys: number; count: number; atOnce: number }) => {
  const verify = (i: number) => rival.verify(keys[i % asked.keys] as string);
  const work = () => atOnce(asked.atOnce, asked.count, verify);
  process.send?.({ rate: await ratePerSecond(asked.count, work) });
});
process.on('disconnect', () => void rival.end());
process.send?.({ ready: true });
