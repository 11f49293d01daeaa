import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A TypeScript program in a process of its own, which answers each question with one message. */
export class Program {
  readonly #process: ChildProcess;

  constructor(file: URL, args: readonly string[]) {
    this.#process = fork(fileURLToPath(file), args, { execArgv: ['--import', 'tsx'] });
  }

  /** The next message. Throws where the program ends instead. */
  next<T>(): Promise<T> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('The program ended'));
      this.#process.once('exit', onExit);
      this.#process.once('message', (message) => {
        this.#process.off('exit', onExit);
        resolve(message as T);
      });
    });
  }

  ask<T>(question: object): Promise<T> {
    const answer = this.next<T>();
    this.#process.send(question);
    return answer;
  }

  /** It ends by itself when it is left alone; else it is ended. */
  async end(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.disconnect();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 8_000);
    await gone;
    clearTimeout(timer);
  }
}
