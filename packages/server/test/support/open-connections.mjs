// A worker that says when it runs, and waits for `state[0]`. It then opens connections, one for each request text, and sends
// each its request. When all are sent, it wakes the thread that waits for `state[1]`: by then the system holds all of them in
// the queue of the listener, in this order.
import { connect } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { port, requests, state } = workerData;
const flags = new Int32Array(state);
let sent = 0;

function whenSent() {
  sent += 1;
  if (sent < requests.length) return;
  Atomics.store(flags, 1, 1);
  Atomics.notify(flags, 1);
}

parentPort.postMessage('ready');
Atomics.wait(flags, 0, 0, 60_000);
for (const request of requests) {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.on('connect', () => socket.write(request, whenSent));
  socket.on('error', () => {});
  socket.resume();
}
