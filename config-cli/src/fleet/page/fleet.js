(() => {
  "use strict";
  const EVERY = 2000;

  // Text gets into the page as text alone, and shows what it hides.
  const HIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
  const plain = (text) => String(text).replace(HIDDEN, (char) => `\\u{${char.codePointAt(0).toString(16)}}`);
  const make = (name, content, marks) => {
    const element = document.createElement(name);
    if (marks) element.className = marks;
    if (Array.isArray(content)) element.append(...content);
    else if (content !== undefined && content !== null) element.textContent = plain(content);
    return element;
  };

  // What is the same stays: a selection, the focus, how far something is scrolled, and what was read aloud.
  const say = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  const settle = (old, fresh) => {
    if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) {
      old.replaceWith(fresh);
    } else if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== fresh.data) old.data = fresh.data;
    } else {
      for (const { name, value } of fresh.attributes) {
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      }
      become(old, [...fresh.childNodes]);
    }
  };
  const become = (element, children) => {
    const old = [...element.childNodes];
    children.slice(0, old.length).forEach((child, at) => settle(old[at], child));
    old.slice(children.length).forEach((child) => child.remove());
    element.append(...children.slice(old.length));
  };

  const passed = (seconds) => {
    const units = [["d", 86400], ["h", 3600], ["m", 60], ["s", 1]];
    const first = units.findIndex(([, length]) => seconds >= length);
    if (first < 0) return "0s";
    const parts = [];
    for (const [name, length] of units.slice(first, first + 2)) {
      const count = Math.floor(seconds / length);
      if (count > 0) parts.push(`${count}${name}`);
      seconds -= count * length;
    }
    return parts.join(" ");
  };
  const named = ({ app, profile }) => (profile === null ? app : `${app}, ${profile}`);
  const many = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;

  // A table that can be scrolled by keys, too, where it is wider than the page.
  const table = (label, heads, rows) => {
    const head = make("tr", heads.map(([name, marks]) => {
      const cell = make("th", name, marks);
      cell.scope = "col";
      return cell;
    }));
    const body = rows.map((cells) => make("tr", cells));
    const box = make("div", [make("table", [make("thead", [head]), make("tbody", body)])], "scroll");
    box.tabIndex = 0;
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", plain(label));
    return box;
  };
  const first = (content) => {
    const cell = make("th", content);
    cell.scope = "row";
    return cell;
  };

  const program = (one, number, drift) => {
    const name = named(one);
    const title = make("h2", name);
    title.id = `program-${number}`;
    const { all, applied, pending, rejected, lost } = one.counts;
    const told = [`${applied} of ${all} applied`];
    for (const [count, what] of [[pending, "pending"], [rejected, "rejected"], [lost, "lost"]]) {
      if (count) told.push(`${count} ${what}`);
    }
    const rows = one.instances.map((instance) => [
      first(instance.instance),
      make("td", [make("span", instance.condition, `state ${instance.condition}`)]),
      make("td", instance.version),
      make("td", instance.generation, "number"),
      make("td", passed(instance.age), "number"),
      make("td", `${passed(instance.silent)} ago`, "number"),
      make("td", [make("code", instance.manifest)]),
      make("td", instance.reasons.join("; "), "wide"),
    ]);
    const heads = [["Instance"], ["State"], ["Version"], ["Generation", "number"], ["Age", "number"], ["Heard of", "number"],
      ["Contract"], ["Why"]];
    const section = make("section", [title, make("p", told.join(", "), "about"), table(`Instances of ${name}`, heads, rows)]);
    section.setAttribute("aria-labelledby", title.id);
    if (one.keys.length > 0) {
      const keys = one.keys.map((key) => [first([make("code", key.path)]), make("td", key.sentence, "wide")]);
      section.append(make("h3", "Not taken by all", "minor"), table(`Keys of ${name}`, [["Key"], ["Instances"]], keys));
    }
    const own = drift.differences.filter((other) => other.app === one.app && other.profile === one.profile);
    if (own.length > 0) {
      const rows = own.flatMap(({ subject, is_key, sides }) => sides.map((side, at) => [
        first(at > 0 ? "" : is_key ? [make("code", subject)] : subject),
        make("td", [make("code", side.what)]),
        make("td", side.who.join(", "), "wide"),
      ]));
      section.append(make("h3", "Not the same in all", "minor"),
        table(`Differences in ${name}`, [["What"], ["Fingerprint, or source"], ["Instances"]], rows));
    }
    return section;
  };

  const draw = (state) => {
    const one = (selector) => document.querySelector(selector);
    say(one("#place"), plain(state.place));
    const sum = (what) => state.programs.reduce((sum, program) => sum + program.counts[what], 0);
    const all = sum("all");
    const counts = ["applied", "pending", "rejected", "lost"].map((what) => [sum(what), what]);
    become(one("#counts"), [[all, all === 1 ? "instance" : "instances"], ...counts]
      .filter(([count], at) => at === 0 || count > 0)
      .map(([count, what], at) => make("li", [make("b", count), ` ${what}`], at > 0 ? `state ${what}` : "")));
    const expected = state.expected !== null && all < state.expected ? `; there should be ${many(state.expected, "instance")}` : "";
    const told = all === 0 ? "No instance is there" : state.is_good ? "All of them have taken what their sources have" : "Not all of them have taken what their sources have";
    say(one("#told"), `${told}${expected}.`);
    document.title = `${state.is_good ? "" : "! "}Fleet: ${sum("applied")} of ${all} applied`;
    const sections = state.programs.map((program_, number) => program(program_, number, state.drift));
    if (state.bad.length > 0) {
      const title = make("h2", "Not readable");
      title.id = "bad";
      const rows = state.bad.map(({ name, reason }) => [first([make("code", name)]), make("td", reason, "wide")]);
      sections.push(make("section", [title, table("What cannot be read", [["Name"], ["What is wrong"]], rows)]));
    }
    if (state.drift.notes.length > 0) {
      const notes = make("ul", state.drift.notes.map((note) => make("li", note)), "refs");
      sections.push(make("section", [make("h2", "Notes"), notes]));
    }
    become(one("#main"), sections);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const trouble = document.querySelector("#trouble");
    const look = async () => {
      try {
        const answer = await fetch("state.json", { cache: "no-store", signal: AbortSignal.timeout(30000) });
        const text = await answer.text();
        if (!answer.ok) throw new Error(text.trim());
        draw(JSON.parse(text));
        trouble.hidden = true;
      } catch (error) {
        const gone = error instanceof TypeError;
        trouble.textContent = gone ? "The tool does not answer any more: what is shown is what it said last." : plain(error.message);
        trouble.hidden = false;
      }
      setTimeout(look, EVERY);
    };
    look();
  });
})();
