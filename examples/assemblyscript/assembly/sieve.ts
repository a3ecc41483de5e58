/** The sieve of Eratosthenes: which numbers up to a limit have no factor. */
export class Sieve {
  private composite: StaticArray<bool>;

  constructor(private limit: i32) {
    this.composite = new StaticArray<bool>(limit + 1);
    for (let n = 2; n <= limit / n; n++) {
      if (!this.composite[n]) this.strike(n);
    }
  }

  /** All primes up to the limit, in order. */
  primes(): i32[] {
    const found: i32[] = [];
    for (let n = 2; n <= this.limit; n++) {
      if (!this.composite[n]) found.push(n);
    }
    return found;
  }

  /** Strikes out the multiples of a prime. Smaller ones are struck already. */
  private strike(prime: i32): void {
    for (let n = prime * prime; n <= this.limit; n += prime) {
      this.composite[n] = true;
    }
  }
}
