/** Tells when nothing has happened for a while. */
export class IdleTimer {
  readonly expired: Promise<void>;
  private readonly seconds: number | undefined;
  private expire = () => {};
  private timer: NodeJS.Timeout | undefined;

  /** Without `seconds` it never expires. */
  constructor(seconds: number | undefined) {
    this.seconds = seconds;
    this.expired = new Promise((resolve) => {
      this.expire = resolve;
    });
  }

  /** Something has happened. */
  restart(): void {
    if (this.seconds === undefined) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.expire, this.seconds * 1000);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
