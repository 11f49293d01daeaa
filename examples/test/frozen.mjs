// Stands in for a platform: it calls the handler, takes its answer, waits for what the handler handed to waitUntil, and says so.
// Then the test freezes the process.
import handler from '../serverless/handler.js';

const waitedFor = [];
const headers = { 'x-api-key': process.env.API_KEY };
const request = new Request('http://localhost/orders', { headers });
const response = await handler(request, { waitUntil: (task) => waitedFor.push(task) });
const body = await response.json();
await Promise.all(waitedFor);
console.log(JSON.stringify({ status: response.status, body, tasks: waitedFor.length }));
