/**
 * What runs in the engine's thread: one PGlite, which gets requests of PostgreSQL's protocol and sends the answers back.
 *
 * It is a text, because a thread is started from a file or from a text, and a bundler takes no file along. It loads
 * PGlite by the paths that it is given.
 */
export const ENGINE_WORKER = `'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { closeSync, fdatasyncSync, openSync } = require('node:fs');
const { PGlite } = require(workerData.pglite);
const { NodeFS } = require(workerData.nodefs);

/** Of WASI. PostgreSQL stops at it: what it wrote may not be on the disk. */
const EIO = 29;

/** PGlite's files, which are forced to the disk where PostgreSQL asks for it: its own NodeFS leaves that out. */
class SyncedFiles extends NodeFS {
  async init(pglite, options) {
    const made = await super.init(pglite, options);
    made.emscriptenOpts.preRun.push((engine) => {
      engine.NODEFS.stream_ops.fsync = (stream) => forceToDisk(engine, stream);
    });
    return made;
  }
}

function forceToDisk(engine, { nfd, node }) {
  try {
    if (nfd !== undefined) fdatasyncSync(nfd);
    else if (process.platform !== 'win32') forceFolder(engine.NODEFS.realPath(node));
    return 0;
  } catch {
    return EIO;
  }
}

/** A folder has no descriptor here. */
function forceFolder(path) {
  const fd = openSync(path, 'r');
  fdatasyncSync(fd);
  closeSync(fd);
}

/** The fields of an error that a message between threads would drop. */
const fieldsOf = ({ name, message, stack, code, syscall, path, errno }) =>
  ({ name, message, stack, code, syscall, path, errno });

async function start() {
  const startParams = [...PGlite.defaultStartParams, ...workerData.startParams];
  const pglite = await PGlite.create({ fs: new SyncedFiles(workerData.dataDir), startParams });
  parentPort.on('message', (message) => answer(pglite, message));
  parentPort.postMessage({ id: 0 });
}

async function answer(pglite, { id, request }) {
  try {
    if (request === null) await pglite.close();
    const parts = [];
    // The bytes stand in the engine's own memory: they are copied before it goes on.
    const onRawData = (bytes) => parts.push(bytes.slice());
    if (request !== null) await pglite.execProtocolRawStream(request, { syncToFs: false, onRawData });
    const response = parts.length === 1 ? parts[0] : new Uint8Array(Buffer.concat(parts));
    parentPort.postMessage({ id, response }, [response.buffer]);
    if (request === null) parentPort.close();
  } catch (error) {
    parentPort.postMessage({ id, error: fieldsOf(error) });
  }
}

start().catch((error) => {
  parentPort.postMessage({ id: 0, error: fieldsOf(error) });
  parentPort.close();
});
`;
