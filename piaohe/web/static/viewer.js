// The picture of a page: pan, zoom, rotate, and the boxes of the fields on it.

const SVG = "http://www.w3.org/2000/svg";
const MOST = 8;

export class Viewer {
  /** `picked(field)` is called when a box is chosen. */
  constructor(view, picked) {
    this.view = view;
    this.sheet = view.querySelector(".sheet");
    this.image = view.querySelector("img");
    this.boxes = view.querySelector("svg");
    this.note = view.querySelector(".stage-note");
    this.picked = picked;
    this.framing = null;
    this.size = { width: 0, height: 0 };
    this.scale = 1;
    this.turned = 0;
    this.x = this.y = 0;
    this.#listen();
  }

  /** Show the page at `path`; `region` is the part the invoice takes up, or null. */
  async open(path, region, fields) {
    const answer = await fetch(path);
    if (!answer.ok) throw new Error(String(answer.status));
    this.size = await answer.json();
    this.region = region;
    this.image.src = this.size.picture;
    await this.image.decode();
    this.sheet.style.width = `${this.size.width}px`;
    this.sheet.style.height = `${this.size.height}px`;
    this.boxes.setAttribute("viewBox", `0 0 ${this.size.width} ${this.size.height}`);
    this.boxes.replaceChildren(...fields.filter((one) => one.box).map((one) => this.#rect(one)));
    this.note.hidden = true;
    this.sheet.hidden = false;
    this.fit();
  }

  #rect({ name, box, doubted }) {
    const rect = document.createElementNS(SVG, "rect");
    const [x0, y0, x1, y1] = box;
    const around = 3;
    rect.setAttribute("x", x0 - around);
    rect.setAttribute("y", y0 - around);
    rect.setAttribute("width", x1 - x0 + 2 * around);
    rect.setAttribute("height", y1 - y0 + 2 * around);
    rect.setAttribute("rx", 4);
    rect.dataset.field = name;
    rect.classList.toggle("doubted", doubted);
    return rect;
  }

  /** Light a field's box and bring it into sight; null puts all lights out. */
  light(field) {
    for (const rect of this.boxes.children) {
      rect.classList.toggle("lit", rect.dataset.field === field);
      if (rect.dataset.field === field) this.#show(rect);
    }
  }

  /** Where it will be is asked, not where it is: the sheet may be gliding there still. */
  #show(rect) {
    const { x, y, width, height } = rect.getBBox();
    const corners = [this.#at(x, y), this.#at(x + width, y + height)];
    const { clientWidth, clientHeight } = this.view;
    const inside = corners.every(([left, top]) => left >= 0 && left <= clientWidth && top >= 0 && top <= clientHeight);
    if (inside) return;
    const [cx, cy] = this.#at(x + width / 2, y + height / 2);
    this.x += clientWidth / 2 - cx;
    this.y += clientHeight / 2 - cy;
    this.#place(true);
  }

  fit() {
    let [x0, y0, x1, y1] = this.region ?? [0, 0, this.size.width, this.size.height];
    if (this.region) {
      const around = 0.02 * (x1 - x0);
      [x0, y0, x1, y1] = [x0 - around, y0 - around, x1 + around, y1 + around];
    }
    const lies = this.turned % 180 !== 0;
    const wide = lies ? y1 - y0 : x1 - x0;
    const high = lies ? x1 - x0 : y1 - y0;
    const room = 16;
    this.scale = Math.min((this.view.clientWidth - room) / wide, (this.view.clientHeight - room) / high, 2);
    this.x = this.y = 0;
    const [cx, cy] = this.#at((x0 + x1) / 2, (y0 + y1) / 2);
    this.x = this.view.clientWidth / 2 - cx;
    this.y = this.view.clientHeight / 2 - cy;
    this.#place(true);
  }

  /** Where a point of the page is in the view. */
  #at(px, py) {
    const angle = (this.turned * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    return [
      this.x + this.scale * (px * cos - py * sin),
      this.y + this.scale * (px * sin + py * cos),
    ];
  }

  /** The point of the page that is at a point of the window. */
  #under(event) {
    const view = this.view.getBoundingClientRect();
    const [dx, dy] = [(event.clientX - view.left - this.x) / this.scale, (event.clientY - view.top - this.y) / this.scale];
    const angle = (this.turned * Math.PI) / 180;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const inside = (value, most) => Math.min(Math.max(value, 0), most);
    return [inside(dx * cos + dy * sin, this.size.width), inside(dy * cos - dx * sin, this.size.height)];
  }

  /** Let a frame be drawn on the page; gives its box, null for the whole page, undefined where
      nothing came of it. */
  frame() {
    this.view.classList.add("framing");
    const rect = this.#rect({ name: "", box: [0, 0, 0, 0], doubted: false });
    this.boxes.append(rect);
    return new Promise((done) => {
      this.framing = { rect, from: null };
      const end = (box) => {
        window.removeEventListener("keydown", keys, true);
        this.view.classList.remove("framing");
        rect.remove();
        this.framing = null;
        done(box);
      };
      const keys = (event) => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        end(event.key === "Enter" ? null : undefined);
      };
      this.framing.end = end;
      window.addEventListener("keydown", keys, true);
    });
  }

  #framed(event) {
    const [[ax, ay], [bx, by]] = [this.framing.from, this.#under(event)];
    return [Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)];
  }

  #frameTo(event) {
    const [x0, y0, x1, y1] = this.#framed(event);
    const sides = { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
    for (const [name, value] of Object.entries(sides)) this.framing.rect.setAttribute(name, value);
  }

  zoom(by, point) {
    const scale = Math.min(Math.max(this.scale * by, 0.05), MOST);
    const { clientWidth, clientHeight } = this.view;
    const [px, py] = point ?? [clientWidth / 2, clientHeight / 2];
    this.x = px - ((px - this.x) * scale) / this.scale;
    this.y = py - ((py - this.y) * scale) / this.scale;
    this.scale = scale;
    this.#place(!point);
  }

  turn() {
    this.turned = (this.turned + 90) % 360;
    this.fit();
  }

  #place(gliding) {
    this.sheet.classList.toggle("gliding", gliding);
    this.sheet.style.transform = `translate(${this.x}px, ${this.y}px) rotate(${this.turned}deg) scale(${this.scale})`;
  }

  #listen() {
    const held = new Map();
    let moved = 0;
    const spread = () => {
      const [a, b] = [...held.values()];
      return Math.hypot(a.x - b.x, a.y - b.y);
    };
    this.view.addEventListener("wheel", (event) => {
      event.preventDefault();
      const view = this.view.getBoundingClientRect();
      this.zoom(Math.exp(-event.deltaY / 500), [event.clientX - view.left, event.clientY - view.top]);
    }, { passive: false });
    this.view.addEventListener("pointerdown", (event) => {
      if (this.framing) {
        event.preventDefault();
        this.framing.from = this.#under(event);
        return;
      }
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moved = 0;
      this.view.classList.add("dragging");
    });
    window.addEventListener("pointermove", (event) => {
      if (this.framing?.from) this.#frameTo(event);
      const before = held.get(event.pointerId);
      if (!before) return;
      const wide = held.size === 2 ? spread() : 0;
      held.set(event.pointerId, { x: event.clientX, y: event.clientY });
      moved += Math.hypot(event.clientX - before.x, event.clientY - before.y);
      if (held.size === 2) {
        const view = this.view.getBoundingClientRect();
        const [a, b] = [...held.values()];
        this.zoom(spread() / (wide || 1), [(a.x + b.x) / 2 - view.left, (a.y + b.y) / 2 - view.top]);
      } else {
        this.x += event.clientX - before.x;
        this.y += event.clientY - before.y;
        this.#place(false);
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      window.addEventListener(name, (event) => {
        if (this.framing?.from) {
          const box = this.#framed(event);
          const large = box[2] - box[0] > 20 && box[3] - box[1] > 20;
          if (large) this.framing.end(box);
          else this.framing.from = null;
        }
        held.delete(event.pointerId);
        if (!held.size) this.view.classList.remove("dragging");
      });
    }
    this.boxes.addEventListener("click", (event) => {
      if (moved < 5 && event.target.dataset.field) this.picked(event.target.dataset.field);
    });
    window.addEventListener("resize", () => this.size.width && this.fit());
  }
}
