// SHA-256 of a file, as 64 hexadecimal digits: by the browser where it lends its own (https and
// this very machine), else by FIPS 180-4 as written here.

const STEP = 4 << 20;
const [K, H] = constants();

/** The digest of a Blob. */
export async function sha256(blob) {
  if (globalThis.crypto?.subtle) {
    return hex(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
  }
  return slowly(blob);
}

/** The same without the browser's help, a portion in memory at a time. */
export async function slowly(blob) {
  const state = Uint32Array.from(H);
  const whole = blob.size - (blob.size % 64);
  for (let at = 0; at < whole; at += STEP) {
    const part = await blob.slice(at, Math.min(at + STEP, whole)).arrayBuffer();
    blocks(state, new DataView(part));
  }
  const rest = new Uint8Array(await blob.slice(whole).arrayBuffer());
  const last = new Uint8Array(rest.length < 56 ? 64 : 128);
  last.set(rest);
  last[rest.length] = 0x80;
  const end = new DataView(last.buffer);
  end.setUint32(last.length - 8, Math.floor(blob.size / 2 ** 29));
  end.setUint32(last.length - 4, (blob.size * 8) >>> 0);
  blocks(state, end);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, i) => out.setUint32(4 * i, word));
  return hex(out.buffer);
}

function hex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// the first 32 bits behind the point of the primes' cube roots, and of their square roots
function constants() {
  const primes = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p)) primes.push(n);
  const bits = (root) => Math.floor((root % 1) * 2 ** 32);
  return [primes.map((p) => bits(Math.cbrt(p))), primes.slice(0, 8).map((p) => bits(Math.sqrt(p)))];
}

function blocks(state, data) {
  const w = new Uint32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  for (let at = 0; at < data.byteLength; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = data.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const s0 = turn(w[i - 15], 7) ^ turn(w[i - 15], 18) ^ (w[i - 15] >>> 3);
      const s1 = turn(w[i - 2], 17) ^ turn(w[i - 2], 19) ^ (w[i - 2] >>> 10);
      w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i++) {
      const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, i) => (state[i] += word));
  }
}
