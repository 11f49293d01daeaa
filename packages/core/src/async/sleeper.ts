/** A wait that can be ended early. One waits at a time. */
export class Sleeper {
  #timer: NodeJS.Timeout | undefined;
  #resolve: () => void = () => {};

  /** Waits `ms`, or until `end()`. The process does not stay alive for it unless `hold()` is called. */
  wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#timer = setTimeout(resolve, ms).unref();
    });
  }

  /** Keeps the process alive until the present wait is over. */
  hold(): void {
    this.#timer?.ref();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#resolve();
  }
}
