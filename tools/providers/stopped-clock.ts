const realDate = Date;

/** Stops the clock that libraries read; everything else that counts time goes on. */
export function stopClock(nowMs: number): void {
  globalThis.Date = new Proxy(realDate, {
    construct: (target, values: number[]) => {
      const [time = nowMs] = values;
      return values.length < 2 ? new target(time) : (Reflect.construct(target, values) as Date);
    },
    get: (target, name) => (name === 'now' ? () => nowMs : (Reflect.get(target, name) as unknown)),
  });
}

export function startClock(): void {
  globalThis.Date = realDate;
}
