// A large ZIP is opened here, so that each file in it has its own progress, reason and second try.
// A small one goes whole: its files may be renditions of one invoice, which the server knows.

const FEW = 20;
const MANY = 2000;

/** The files of a ZIP; null for one that should go as it is. */
export async function unzipped(zip, most) {
  if (typeof DecompressionStream === "undefined") return null;
  const entries = await listed(zip);
  if (!entries || entries.length <= FEW || entries.length > MANY) return null;
  // what is in any way unusual is the server's to judge
  if (entries.some((one) => one.encrypted || ![0, 8].includes(one.method) || one.size > most)) return null;
  const files = [];
  for (const one of entries) files.push(await opened(zip, one));
  return files;
}

async function listed(zip) {
  const tailAt = Math.max(0, zip.size - 65_557);
  const tail = await view(zip, tailAt, zip.size);
  let end = tail.byteLength - 22;
  while (end >= 0 && tail.getUint32(end, true) !== 0x06054b50) end--;
  if (end < 0) return null;
  const [count, size, start] = [
    tail.getUint16(end + 10, true),
    tail.getUint32(end + 12, true),
    tail.getUint32(end + 16, true),
  ];
  if (start === 0xffffffff || count === 0xffff || start + size > zip.size) return null;
  const data = await view(zip, start, start + size);
  const entries = [];
  for (let at = 0; at + 46 <= size && data.getUint32(at, true) === 0x02014b50; ) {
    const lengths = [28, 30, 32].map((k) => data.getUint16(at + k, true));
    const flags = data.getUint16(at + 8, true);
    const raw = new Uint8Array(data.buffer, at + 46, lengths[0]);
    const name = new TextDecoder(flags & 0x800 ? "utf-8" : "gb18030").decode(raw);
    if (!/(^|\/)(\.|__MACOSX\/)|\/$|Thumbs\.db$/i.test(name)) {
      entries.push({
        name: name.split("/").pop(),
        encrypted: Boolean(flags & 1),
        method: data.getUint16(at + 10, true),
        packed: data.getUint32(at + 20, true),
        size: data.getUint32(at + 24, true),
        at: data.getUint32(at + 42, true),
      });
    }
    at += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return entries;
}

async function opened(zip, entry) {
  const head = await view(zip, entry.at, entry.at + 30);
  const start = entry.at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = zip.slice(start, start + entry.packed);
  const body = entry.method === 0 ? packed : await inflated(packed, entry.size);
  return new File([body], entry.name);
}

// never more than the ZIP itself says there is
async function inflated(packed, size) {
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const parts = [];
  for (let got = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return new Blob(parts);
    got += value.length;
    if (got > size) throw new Error("longer than it says");
    parts.push(value);
  }
}

async function view(blob, from, to) {
  return new DataView(await blob.slice(from, to).arrayBuffer());
}
