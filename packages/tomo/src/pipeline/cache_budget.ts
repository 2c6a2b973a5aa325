/** The place of a case in the order in which a cache was asked for cases. */
export interface Place {
  /** Whether the case is to be loaded for the cache at all, as soon as that is decided. */
  readonly start: Promise<boolean>;
  /** Its size once it is loaded, null when it could not be; tells whether the cache keeps it. */
  readonly loaded: (bytes: number | null) => Promise<boolean>;
}

interface Case {
  readonly kind: "case";
  state: "waiting" | "loading" | "loaded";
  bytes: number;
  kept: boolean;
  readonly startNow: (keep: boolean) => void;
  decide: (kept: boolean) => void;
}
interface Exit {
  readonly kind: "exit";
  readonly cases: readonly Case[];
}

/**
 * Decides which cases a cache of limited memory keeps: in the order in which they were asked for, until the first
 * that does not fit. So what is kept follows from order and sizes alone, not from which worker was faster. Sizes
 * are not known before cases are loaded: a case may be on its way only while it would fit if it were as large as
 * the largest so far.
 */
export class CacheBudget {
  /** Bytes. */
  readonly limit: number;
  readonly #unseen: number;
  /** Asked for or gone, in order, as far as it is not decided. */
  readonly #queue: (Case | Exit)[] = [];
  readonly #cases = new WeakMap<Place, Case>();
  #kept = 0;
  #keptCases = 0;
  #largest: number | null = null;
  /** A case did not fit since cases last left. */
  #full = false;

  /** @param unseen How many cases may be on their way before the size of any is known. */
  constructor(limit: number, unseen: number) {
    this.limit = limit;
    this.#unseen = unseen;
  }

  /** No case can be kept before others leave. */
  get full(): boolean {
    return this.#full && this.#queue.length === 0;
  }

  /** What is decided to be kept. */
  get kept(): { readonly cases: number; readonly bytes: number } {
    return { cases: this.#keptCases, bytes: this.#kept };
  }

  enter(): Place {
    const start = withResolver<boolean>();
    const kept = withResolver<boolean>();
    const one: Case = {
      kind: "case",
      state: "waiting",
      bytes: 0,
      kept: false,
      startNow: start.resolve,
      decide: kept.resolve,
    };
    const place: Place = {
      start: start.promise,
      loaded: (bytes) => {
        one.state = "loaded";
        one.bytes = bytes ?? 0;
        if (bytes !== null) this.#largest = Math.max(this.#largest ?? 0, bytes);
        this.#settle();
        return kept.promise;
      },
    };
    this.#cases.set(place, one);
    this.#queue.push(one);
    this.#settle();
    return place;
  }

  /** The memory of these cases is free for those that are asked for from now on. */
  leave(places: readonly Place[]): void {
    if (places.length === 0) return;
    this.#queue.push({ kind: "exit", cases: places.map((place) => this.#cases.get(place)!) });
    this.#settle();
  }

  #settle(): void {
    while (this.#queue.length > 0 && this.#decided(this.#queue[0]!)) this.#queue.shift();
    const underWay = this.#queue.filter((one): one is Case => one.kind === "case");
    for (const [ahead, one] of underWay.entries()) {
      if (one.state !== "waiting") continue;
      if (!this.#mayStart(underWay.slice(0, ahead))) return;
      one.state = "loading";
      one.startNow(true);
    }
  }

  /** Decides the first of the queue, if what is known is enough. */
  #decided(first: Case | Exit): boolean {
    if (first.kind === "exit") {
      const gone = first.cases.filter(({ kept }) => kept);
      this.#kept -= gone.reduce((sum, { bytes }) => sum + bytes, 0);
      this.#keptCases -= gone.length;
      if (gone.length > 0) this.#full = false;
      return true;
    }
    if (first.state === "waiting" && this.#full) {
      first.startNow(false);
      return true;
    }
    if (first.state !== "loaded") return false;
    first.kept = !this.#full && this.#kept + first.bytes <= this.limit;
    if (first.kept) {
      this.#kept += first.bytes;
      this.#keptCases++;
    } else this.#full = true;
    first.decide(first.kept);
    return true;
  }

  #mayStart(ahead: readonly Case[]): boolean {
    if (ahead.length === 0 || this.limit === Number.POSITIVE_INFINITY) return true;
    const largest = this.#largest;
    if (largest === null) return ahead.length < this.#unseen;
    const expected = ahead.reduce((sum, { state, bytes }) => sum + (state === "loaded" ? bytes : largest), 0);
    return this.#kept + expected + largest <= this.limit;
  }
}

function withResolver<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
