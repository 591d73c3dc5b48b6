// What is seen of a document in a small picture: its four corners, how sharp and how light it is.
// Plain arithmetic on pixels; a frame of 240 x 180 takes a few milliseconds.

/** Brightness of each pixel, 0 to 255, from RGBA. */
export function grayOf({ data, width, height }) {
  const gray = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < gray.length; i++, at += 4) {
    gray[i] = (data[at] * 77 + data[at + 1] * 151 + data[at + 2] * 28) >> 8;
  }
  return { gray, width, height };
}

/**
 * The sheet in a picture: {corners: 4 [x, y] from 0 to 1, clockwise from the upper left; area: its
 * share of the picture; cut: whether it runs out of it}. Null where none stands out.
 */
export function outline(picture) {
  const soft = blurred(picture);
  const low = otsu(soft.gray, 0);
  let best = null;
  for (const level of [low, otsu(soft.gray, low)]) {
    const found = sheet(soft, level);
    if (found && (!best || found.score > best.score)) best = found;
  }
  return best;
}

/**
 * How a picture can be read, inside of corners where there are any:
 * {sharp: variance of the Laplacian against that of the brightness; light: brightness of its paper;
 * blown: share of pixels at the end of the scale on paper that is not}.
 */
export function quality({ gray, width, height }, corners) {
  const xs = corners ? corners.map(([x]) => x * width) : [0, width];
  const ys = corners ? corners.map(([, y]) => y * height) : [0, height];
  const inset = 2;
  const x0 = Math.max(1, Math.floor(Math.min(...xs)) + inset);
  const x1 = Math.min(width - 1, Math.ceil(Math.max(...xs)) - inset);
  const y0 = Math.max(1, Math.floor(Math.min(...ys)) + inset);
  const y1 = Math.min(height - 1, Math.ceil(Math.max(...ys)) - inset);
  const counts = new Uint32Array(256);
  let [n, sum, squares, edges, edgesSquared] = [0, 0, 0, 0, 0];
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      const at = y * width + x;
      const value = gray[at];
      const edge =
        4 * value - gray[at - 1] - gray[at + 1] - gray[at - width] - gray[at + width];
      counts[value]++;
      n++;
      sum += value;
      squares += value * value;
      edges += edge;
      edgesSquared += edge * edge;
    }
  }
  if (!n) return { sharp: 0, light: 0, blown: 0 };
  const spread = squares / n - (sum / n) ** 2;
  const detail = edgesSquared / n - (edges / n) ** 2;
  const paper = quantile(counts, n, 0.7);
  let white = 0;
  for (let value = 250; value < 256; value++) white += counts[value];
  return { sharp: detail / (spread + 25), light: paper, blown: paper < 236 ? white / n : 0 };
}

/** How far corners moved, as a share of the picture's width. */
export function moved(before, now) {
  return Math.max(...now.map(([x, y], i) => Math.hypot(x - before[i][0], y - before[i][1])));
}

function quantile(counts, n, share) {
  let below = 0;
  for (let value = 0; value < 256; value++) {
    below += counts[value];
    if (below >= share * n) return value;
  }
  return 255;
}

function blurred({ gray, width, height }) {
  const out = new Uint8Array(gray.length);
  for (let y = 0; y < height; y++) {
    const up = Math.max(0, y - 1) * width;
    const here = y * width;
    const down = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const l = Math.max(0, x - 1);
      const r = Math.min(width - 1, x + 1);
      out[here + x] =
        (gray[up + l] + gray[up + x] + gray[up + r] + gray[here + l] + gray[here + x] +
          gray[here + r] + gray[down + l] + gray[down + x] + gray[down + r]) / 9;
    }
  }
  return { gray: out, width, height };
}

// the threshold that parts dark from light best (Otsu), among the values above `from`
function otsu(gray, from) {
  const counts = new Uint32Array(256);
  let [n, sum] = [0, 0];
  for (const value of gray) {
    if (value < from) continue;
    counts[value]++;
    n++;
    sum += value;
  }
  let [best, level, below, belowSum] = [-1, from, 0, 0];
  for (let value = from; value < 255; value++) {
    below += counts[value];
    belowSum += value * counts[value];
    const above = n - below;
    if (!below || !above) continue;
    const apart = below * above * (belowSum / below - (sum - belowSum) / above) ** 2;
    if (apart > best) [best, level] = [apart, value + 1];
  }
  return level;
}

function sheet({ gray, width, height }, level) {
  const spot = largest(gray, width, height, level);
  const whole = width * height;
  if (!spot || spot.count < 0.05 * whole) return null;
  const quad = four(hull(spot.points));
  if (!quad) return null;
  const area = Math.abs(areaOf(quad));
  const fill = spot.count / area;
  if (area < 0.07 * whole || area > 1.02 * whole || fill < 0.72 || !square(quad)) return null;
  const out = (x, most) => x < 1.5 || x > most - 2.5;
  const cut = quad.filter(([x, y]) => out(x, width) || out(y, height)).length > 1;
  if (area > 0.97 * whole) return null;
  return {
    corners: clockwise(quad).map(([x, y]) => [x / width, y / height]),
    area: area / whole,
    cut,
    score: fill * Math.sqrt(area / whole) * (cut ? 0.6 : 1),
  };
}

// the largest connected part that is at least so light: its pixels and the corners of its rows
function largest(gray, width, height, level) {
  const seen = new Uint8Array(gray.length);
  const line = new Int32Array(gray.length); // each part stands in it one after the other
  let [from, to, end] = [0, 0, 0];
  for (let start = 0; start < gray.length; start++) {
    if (seen[start] || gray[start] < level) continue;
    const first = end;
    line[end++] = start;
    seen[start] = 1;
    for (let next = first; next < end; next++) {
      const at = line[next];
      const x = at % width;
      if (x && !seen[at - 1] && gray[at - 1] >= level) seen[(line[end++] = at - 1)] = 1;
      if (x < width - 1 && !seen[at + 1] && gray[at + 1] >= level) seen[(line[end++] = at + 1)] = 1;
      if (at >= width && !seen[at - width] && gray[at - width] >= level) {
        seen[(line[end++] = at - width)] = 1;
      }
      const below = at + width;
      if (below < gray.length && !seen[below] && gray[below] >= level) seen[(line[end++] = below)] = 1;
    }
    if (end - first > to - from) [from, to] = [first, end];
  }
  return to > from ? part(line.subarray(from, to), width, height) : null;
}

// print inside does not count against a sheet, so its rows count half as if they were whole
function part(pixels, width, height) {
  const left = new Int32Array(height).fill(width);
  const right = new Int32Array(height).fill(-1);
  for (const at of pixels) {
    const y = (at / width) | 0;
    const x = at - y * width;
    if (x < left[y]) left[y] = x;
    if (x > right[y]) right[y] = x;
  }
  const points = [];
  let count = 0;
  for (let y = 0; y < height; y++) {
    if (right[y] < 0) continue;
    points.push([left[y], y], [right[y] + 1, y], [left[y], y + 1], [right[y] + 1, y + 1]);
    count += right[y] - left[y] + 1;
  }
  return { count: (count + pixels.length) / 2, points };
}

const cross = (o, a, b) => (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0]);

function hull(points) {
  points.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list) => {
    const out = [];
    for (const point of list) {
      while (out.length > 1 && cross(out.at(-2), out.at(-1), point) <= 0) out.pop();
      out.push(point);
    }
    return out.slice(0, -1);
  };
  return [...half(points), ...half(points.reverse())];
}

// edges are given up, the cheapest first, until four are left; their neighbours meet instead
function four(points) {
  const ring = [...points];
  while (ring.length > 4) {
    let [at, least, corner] = [-1, Infinity, null];
    for (let i = 0; i < ring.length; i++) {
      const [a, b, c, d] = [-1, 0, 1, 2].map((k) => ring[(i + k + ring.length) % ring.length]);
      const met = meeting(a, b, d, c);
      const cost = met ? Math.abs(cross(b, met, c)) / 2 : Infinity;
      if (cost < least) [at, least, corner] = [i, cost, met];
    }
    if (at < 0) return null;
    ring[at] = corner;
    ring.splice((at + 1) % ring.length, 1);
  }
  return ring.length === 4 ? ring : null;
}

// where the ray from a past b meets the one from d past c
function meeting(a, b, d, c) {
  const u = [b[0] - a[0], b[1] - a[1]];
  const v = [c[0] - d[0], c[1] - d[1]];
  const turn = u[0] * v[1] - u[1] * v[0];
  if (Math.abs(turn) < 1e-6) return null;
  const s = ((d[0] - a[0]) * v[1] - (d[1] - a[1]) * v[0]) / turn;
  const t = ((d[0] - a[0]) * u[1] - (d[1] - a[1]) * u[0]) / turn;
  return s >= 1 && t >= 1 ? [a[0] + s * u[0], a[1] + s * u[1]] : null;
}

function areaOf(ring) {
  return ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length];
    return sum + (x * ny - nx * y) / 2;
  }, 0);
}

// no corner of a sheet looks sharper than about 50 degrees, nor blunter than 130
function square(ring) {
  return ring.every((point, i) => {
    const [a, b] = [ring[(i + 3) % 4], ring[(i + 1) % 4]];
    const [u, v] = [a, b].map((to) => [to[0] - point[0], to[1] - point[1]]);
    const lengths = Math.hypot(...u) * Math.hypot(...v);
    return lengths > 0 && Math.abs(u[0] * v[0] + u[1] * v[1]) / lengths < 0.64;
  });
}

function clockwise(ring) {
  const turned = areaOf(ring) > 0 ? ring : [...ring].reverse();
  const sums = turned.map(([x, y]) => x + y);
  const first = sums.indexOf(Math.min(...sums));
  return [0, 1, 2, 3].map((i) => turned[(first + i) % 4]);
}
