// One instance in a process of its own, on the built package. It does what it is told by messages, and ends with its parent.
import process from 'node:process';

const [core, options] = process.argv.slice(2);
process.on('disconnect', () => process.exit(0));
process.on('SIGTERM', () => void keystamp.close().then(() => process.exit(0)));

const { createKeystamp } = await import(core);
const keystamp = await createKeystamp(JSON.parse(options));

/** The host's monotonic clock in ms: the same in every process. */
const now = () => Number(process.hrtime.bigint()) / 1e6;
const turn = () => new Promise(setImmediate);
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** `valid`, the reason of a refusal, or the code of a failure. */
async function outcomeOf(apiKey, scopes = []) {
  try {
    const validation = await keystamp.validateUserApiKey(apiKey, { scopes });
    return validation.valid ? 'valid' : validation.reason;
  } catch (error) {
    return error.code;
  }
}

/** What the load saw: outcomes by their number, and per key when it was accepted last and refused first. */
let load = null;
let running = null;

async function runLoad({ apiKeys, perTurn, pauseMs }) {
  const seen = {
    outcomes: {},
    lastFailureAt: 0,
    acceptedAt: new Array(apiKeys.length).fill(0),
    refusedAt: new Array(apiKeys.length).fill(0),
    usedAt: new Array(apiKeys.length).fill(0),
    apiKeys,
    isRunning: true,
  };
  load = seen;
  let next = Math.floor(Math.random() * apiKeys.length);
  while (seen.isRunning) {
    const chosen = Array.from({ length: perTurn }, (_, i) => (next + i) % apiKeys.length);
    next = (next + perTurn) % apiKeys.length;
    // At once, as requests come: each is noted when it is answered.
    await Promise.all(chosen.map(async (at) => note(seen, at, await outcomeOf(apiKeys[at]))));
    await (pauseMs > 0 ? pause(pauseMs) : turn());
  }
}

function note(seen, at, outcome) {
  seen.outcomes[outcome] = (seen.outcomes[outcome] ?? 0) + 1;
  if (outcome === 'valid') {
    seen.acceptedAt[at] = now();
    seen.usedAt[at] = Date.now();
  } else if (outcome === 'database_unavailable') {
    seen.lastFailureAt = now();
  } else if (seen.refusedAt[at] === 0) seen.refusedAt[at] = now();
}

const tasks = {
  create: ({ input, count = 1 }) =>
    Promise.all(Array.from({ length: count }, () => keystamp.createApiKey(input))),
  validate: ({ apiKeys, scopes }) =>
    Promise.all(apiKeys.map((apiKey) => outcomeOf(apiKey, scopes))),
  /** Asks until each key has another outcome than `valid`; when each had it, or null where it did not within the limit. */
  untilRefused: async ({ apiKeys, scopes, withinMs, pauseMs = 0 }) => {
    const deadline = now() + withinMs;
    const refusedAt = new Array(apiKeys.length).fill(null);
    let left = apiKeys.map((apiKey, at) => ({ apiKey, at }));
    while (left.length > 0 && now() < deadline) {
      const outcomes = await Promise.all(left.map(({ apiKey }) => outcomeOf(apiKey, scopes)));
      const at = now();
      left = left.filter((one, i) => {
        const isRefused = outcomes[i] !== 'valid' && outcomes[i] !== 'database_unavailable';
        if (isRefused) refusedAt[one.at] = at;
        return !isRefused;
      });
      await (pauseMs > 0 ? pause(pauseMs) : turn());
    }
    return refusedAt;
  },
  /** Asks until the key is refused; when it was accepted last. Null: it never was. */
  lastAccepted: async ({ apiKey, withinMs }) => {
    const deadline = now() + withinMs;
    for (let acceptedAt = null; now() < deadline; await pause(5)) {
      const outcome = await outcomeOf(apiKey);
      if (outcome === 'valid') acceptedAt = now();
      else if (outcome === 'revoked' || outcome === 'disabled') return acceptedAt;
    }
    throw new Error(`The key was not refused within ${withinMs} ms.`);
  },
  revoke: async ({ id }) => {
    await keystamp.revokeApiKey(id);
    return now();
  },
  disable: async ({ id }) => {
    await keystamp.disableApiKey(id);
    return now();
  },
  enable: async ({ id }) => {
    await keystamp.enableApiKey(id);
    return now();
  },
  /** Asks until each key is valid; when each was, or null where it was not within the limit. */
  untilValid: async ({ apiKeys, withinMs }) => {
    const deadline = now() + withinMs;
    const validAt = new Array(apiKeys.length).fill(null);
    while (validAt.includes(null) && now() < deadline) {
      const outcomes = await Promise.all(apiKeys.map((apiKey) => outcomeOf(apiKey)));
      for (const [at, outcome] of outcomes.entries())
        if (outcome === 'valid') validAt[at] ??= now();
      await turn();
    }
    return validAt;
  },
  update: async ({ id, changes }) => {
    await keystamp.updateApiKey(id, changes);
    return now();
  },
  startLoad: async (what) => {
    running = runLoad(what);
  },
  addToLoad: async ({ apiKeys }) => {
    for (const apiKey of apiKeys) {
      load.apiKeys.push(apiKey);
      load.acceptedAt.push(0);
      load.refusedAt.push(0);
      load.usedAt.push(0);
    }
  },
  loadSoFar: async () => {
    const { apiKeys: _apiKeys, isRunning: _isRunning, ...seen } = load;
    return seen;
  },
  stopLoad: async () => {
    load.isRunning = false;
    await running;
    return tasks.loadSoFar();
  },
  health: async () => keystamp.health(),
  resources: async () => {
    globalThis.gc?.();
    const { heapUsed, rss, external } = process.memoryUsage();
    return {
      heapUsed,
      rss,
      external,
      handles: process.getActiveResourcesInfo().length,
      sockets: process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length,
    };
  },
  flush: () => keystamp.flush(),
  close: () => keystamp.close(),
};

process.on('message', async ({ turn: id, task, given }) => {
  try {
    process.send({ turn: id, answer: (await tasks[task](given ?? {})) ?? null });
  } catch (error) {
    process.send({ turn: id, error: { code: error.code ?? null, message: error.message } });
  }
});
process.send({ ready: true });
