(() => {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");

  document.addEventListener("DOMContentLoaded", () => {
    const one = (selector, within = document) => within.querySelector(selector);
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    for (const control of all(".tools, button.copy")) control.hidden = false;

    // Copying.
    const told = one("#told");
    const copy = async (text) => {
      try {
        await navigator.clipboard.writeText(text);
        return true;
      } catch {
        const area = document.createElement("textarea");
        area.value = text;
        area.className = "unseen";
        document.body.append(area);
        area.select();
        const done = document.execCommand("copy");
        area.remove();
        return done;
      }
    };
    document.addEventListener("click", async (event) => {
      const button = event.target.closest("button.copy");
      if (!button) return;
      const { copy: text, copyOf, link } = button.dataset;
      const here = location.href.split("#")[0];
      const done = await copy(link ? `${here}#${link}` : copyOf ? one(`#${copyOf}`).textContent : text);
      const says = button.dataset.says || (button.dataset.says = button.textContent);
      button.textContent = done ? "Copied" : "Not copied";
      told.textContent = done ? "Copied" : "Not copied";
      button.focus();
      setTimeout(() => { button.textContent = says; told.textContent = ""; }, 1500);
    });

    // What is searched: names, old names, text, tags.
    const plain = (text) => text.normalize("NFKC").toLowerCase();
    const SEARCHED = "h4, summary .about, .body > p:not(.link), .facts code, .words, .tags";
    const cards = all(".card").map((card) => ({
      card,
      details: one("details", card),
      marks: new Set(card.dataset.marks.split(" ")),
      text: plain(all(SEARCHED, card).map((part) => part.textContent).join("\n")),
      isShown: true,
    }));
    const groups = all(".group").map((group) => ({
      group,
      cards: cards.filter(({ card }) => group.contains(card)),
      entry: one(`.toc-groups a[href="#${group.id}"]`),
    }));
    const facets = all(".facet").map((facet) => ({
      facet,
      summary: one("summary", facet),
      picked: one(".picked", facet),
      boxes: all("input", facet),
    }));
    const form = one(".tools");
    const search = one("#q");
    const fold = one("#fold");

    /// Whether a card is among the chosen ones of a facet.
    const admits = ({ boxes }, { marks }) => {
      const chosen = boxes.filter((box) => box.checked);
      return chosen.length === 0 || chosen.some((box) => marks.has(box.dataset.mark));
    };

    const narrow = () => {
      const terms = plain(search.value).split(/\s+/).filter(Boolean);
      const isNarrow = terms.length > 0 || facets.some(({ boxes }) => boxes.some((box) => box.checked));
      const found = cards.map((card) => {
        const refusing = facets.filter((facet) => !admits(facet, card));
        return { card, isFound: terms.every((term) => card.text.includes(term)), refusing };
      });
      for (const { card, isFound, refusing } of found) {
        card.isShown = isFound && refusing.length === 0;
        card.card.hidden = !card.isShown;
      }
      for (const { group, cards, entry } of groups) {
        const shown = cards.filter((card) => card.isShown).length;
        group.hidden = isNarrow && shown === 0;
        if (entry) {
          one(".n", entry).textContent = shown;
          entry.parentElement.hidden = group.hidden;
        }
      }
      // The number behind a choice: how many it would show, with all that is chosen elsewhere.
      for (const facet of facets) {
        const open = found.filter(({ isFound, refusing }) => isFound && refusing.every((other) => other === facet));
        for (const box of facet.boxes) {
          const count = open.filter(({ card }) => card.marks.has(box.dataset.mark)).length;
          const label = box.closest("label");
          one(".n", label).textContent = count;
          label.classList.toggle("none", count === 0 && !box.checked);
        }
        const chosen = facet.boxes.filter((box) => box.checked);
        const names = chosen.map((box) => one(".label", box.closest("label")).textContent);
        facet.picked.textContent = names.length > 1 ? `${names.length} chosen` : names.join("");
        facet.facet.classList.toggle("on", chosen.length > 0);
      }
      const shown = cards.filter((card) => card.isShown).length;
      const keys = cards.length === 1 ? "key" : "keys";
      one("#count").textContent = isNarrow ? `${shown} of ${cards.length} ${keys}` : `${cards.length} ${keys}`;
      one("#nothing").hidden = !(isNarrow && shown === 0);
      one("#clear").hidden = !isNarrow;
      light(terms);
      nameFold();
    };

    // What was searched for, marked without a change to the page.
    const light = (terms) => {
      if (!globalThis.Highlight || !CSS.highlights) return;
      CSS.highlights.delete("found");
      if (terms.length === 0) return;
      const ranges = [];
      for (const { card, isShown } of cards) {
        if (!isShown) continue;
        for (const part of all(SEARCHED, card)) {
          const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const text = node.data.toLowerCase();
            if (text.length !== node.data.length) continue;
            for (const term of terms) {
              for (let at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + term.length)) {
                const range = new Range();
                range.setStart(node, at);
                range.setEnd(node, at + term.length);
                ranges.push(range);
              }
            }
          }
        }
      }
      CSS.highlights.set("found", new Highlight(...ranges.slice(0, 5000)));
    };

    // What is searched and chosen stands in the address, behind `#?`.
    const written = () => {
      const state = new URLSearchParams();
      if (search.value.trim()) state.append("q", search.value.trim());
      for (const { boxes } of facets) {
        for (const box of boxes) if (box.checked) state.append(box.name, box.value);
      }
      return state.toString();
    };
    const keep = () => {
      const state = written();
      const here = location.href.split("#")[0];
      try {
        history.replaceState(null, "", state ? `${here}#?${state}` : here);
      } catch {
        location.replace(`#${state ? `?${state}` : ""}`);
      }
    };
    const restore = (text) => {
      const state = new URLSearchParams(text);
      search.value = state.get("q") || "";
      for (const { boxes } of facets) {
        for (const box of boxes) box.checked = state.getAll(box.name).includes(box.value);
      }
      narrow();
    };
    const clear = () => { restore(""); keep(); search.focus(); };
    one("#clear").addEventListener("click", clear);
    one("#clear-nothing").addEventListener("click", clear);
    form.addEventListener("input", () => { narrow(); keep(); });
    form.addEventListener("submit", (event) => event.preventDefault());

    // A link to a key, a rule or anything else opens what it stands in.
    const follow = () => {
      const name = location.hash.slice(1);
      if (name.startsWith("?")) {
        restore(name.slice(1));
        return;
      }
      let target = null;
      try { target = name && document.getElementById(decodeURIComponent(name)); } catch { /* no name */ }
      if (!target) return;
      if (target.closest("[hidden]")) restore("");
      const own = target.matches(".card") ? one("details", target) : null;
      if (own) own.open = true;
      for (let around = target; around; around = around.parentElement) {
        if (around.matches("details")) around.open = true;
      }
      target.scrollIntoView();
      if (own) one("summary", own).focus({ preventScroll: true });
    };
    addEventListener("hashchange", follow);
    document.addEventListener("click", (event) => {
      // The same link once more changes no address, but may stand for a card that was closed.
      const link = event.target.closest("a[href^='#']");
      if (link && link.getAttribute("href") === location.hash) follow();
    });

    // Open all that is shown, or close it.
    const nameFold = () => {
      const shown = cards.filter((card) => card.isShown);
      const areOpen = shown.length > 0 && shown.every(({ details }) => details.open);
      fold.textContent = areOpen ? "Close all" : "Open all";
      return areOpen;
    };
    fold.addEventListener("click", () => {
      const areOpen = nameFold();
      for (const { details, isShown } of cards) if (isShown) details.open = !areOpen;
      nameFold();
    });
    for (const { details } of cards) details.addEventListener("toggle", nameFold);

    // One menu at a time.
    const shut = (but) => {
      for (const { facet } of facets) if (facet !== but) facet.open = false;
    };
    for (const { facet, summary } of facets) {
      facet.addEventListener("toggle", () => { if (facet.open) shut(facet); });
      facet.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && facet.open) {
          event.stopPropagation();
          facet.open = false;
          summary.focus();
        }
      });
      facet.addEventListener("focusout", (event) => {
        if (event.relatedTarget && !facet.contains(event.relatedTarget)) facet.open = false;
      });
    }
    document.addEventListener("click", (event) => shut(event.target.closest(".facet")));

    document.addEventListener("keydown", (event) => {
      const isTyping = event.target.closest("input:not([type=checkbox]), textarea, select");
      if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
        search.select();
        search.scrollIntoView({ block: "nearest" });
      } else if (event.key === "Escape" && event.target === search && search.value) {
        event.preventDefault();
        search.value = "";
        narrow();
        keep();
      }
    });

    // On paper everything is open.
    const closed = [];
    addEventListener("beforeprint", () => {
      for (const details of all("details:not(.facet):not([open])")) { details.open = true; closed.push(details); }
    });
    addEventListener("afterprint", () => { for (const details of closed.splice(0)) details.open = false; });

    narrow();
    follow();
  });
})();
