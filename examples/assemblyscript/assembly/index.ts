// Prints the primes up to a number: `primes [LIMIT]`.
import { Sieve } from "./sieve";

const LIMIT: i32 = 50;
const MOST: i32 = 10_000_000;

function limit(): i32 {
  if (process.argv.length < 2) return LIMIT;
  const wanted = I32.parseInt(process.argv[1]);
  if (wanted < 1 || wanted > MOST) {
    console.error("usage: primes [LIMIT], with a limit of 1 to " + MOST.toString());
    process.exit(2);
  }
  return wanted;
}

console.log(new Sieve(limit()).primes().join(" "));
