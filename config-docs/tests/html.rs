//! The page in a browser: it finds, narrows, opens and copies, asks nothing of the network, and lets nothing in.
//!
//! All of it runs in one test, because a browser takes long to start. Where Chromium is not installed, it is skipped
//! with a loud line, and fails in CI, see [`browser::browser`].

#[allow(dead_code)] // each test uses a part of it
mod browser;
mod common;
mod large;

use std::{fs, path::PathBuf};

use browser::{Browser, FAINT, Page, browser};
use common::Payments;
use confident::{Config, Manifest};
use confident_docs::{Format, document, document_without_escapes};
use serde_json::{Value, json};

/// A claim about the page, with what shows it.
type Claim = (&'static str, fn(&mut Browser, &Pages));

const CLAIMS: [Claim; 13] = [
    ("search narrows the list", search_narrows_the_list),
    ("facets combine", facets_combine),
    ("the address keeps what is searched", the_address_keeps_what_is_searched),
    ("a link opens its card", a_link_opens_its_card),
    ("a link to a card that is not shown shows it", a_link_shows_a_hidden_card),
    ("the keyboard reaches everything in order", the_keyboard_reaches_everything_in_order),
    ("the theme can be chosen", the_theme_can_be_chosen),
    ("all of it reads without its script", all_of_it_reads_without_its_script),
    ("paper shows everything", paper_shows_everything),
    ("every text has contrast", every_text_has_contrast),
    ("every control has a name", every_control_has_a_name),
    ("names are copied", names_are_copied),
    ("hostile text stays text", hostile_text_stays_text),
];

#[test]
fn the_page_in_a_browser() {
    let Some(mut browser) = browser(CLAIMS.len()) else { return };
    let pages = Pages::write();
    for (claim, shown) in CLAIMS {
        println!("{claim}");
        shown(&mut browser, &pages);
    }
}

#[test]
fn the_page_is_the_same_each_time() {
    let page = || document(Payments::manifest(), Format::Html);
    assert_eq!(page(), page());
}

#[test]
fn the_page_refers_to_nothing_outside() {
    let page = document(large::Fleet::manifest(), Format::Html);
    for reference in ["src=", "@import", "url(", "style=\"", "onclick", "http-equiv=\"refresh\""] {
        assert!(!page.contains(reference), "{reference}");
    }
    let links = page.match_indices("href=\"").map(|(at, _)| &page[at + 6..]);
    for link in links {
        assert!(link.starts_with('#') || link.starts_with("data:,"), "{}", &link[..40]);
    }
}

#[test]
fn every_link_has_a_place_and_every_place_one_name() {
    for manifest in [Payments::manifest(), large::Fleet::manifest()] {
        let page = document(manifest, Format::Html);
        let (_, body) = page.split_once("<body>").expect("there is a body");
        let all = |begin: &str| -> Vec<String> {
            let behind = body.match_indices(begin).map(|(at, _)| &body[at + begin.len()..]);
            behind.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
        };
        let mut places = all(" id=\"");
        for link in all("href=\"#") {
            assert!(places.contains(&link), "#{link}");
        }
        let count = places.len();
        places.sort();
        places.dedup();
        assert_eq!(places.len(), count);
    }
}

/// The pages as files.
struct Pages {
    folder: PathBuf,
    payments: String,
    fleet: String,
}

impl Pages {
    fn write() -> Self {
        let folder = std::env::temp_dir().join(format!("confident-docs-pages-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        let mut pages = Self { folder, payments: String::new(), fleet: String::new() };
        pages.payments = pages.add("payments", &document(Payments::manifest(), Format::Html));
        pages.fleet = pages.add("fleet", &document(large::Fleet::manifest(), Format::Html));
        pages
    }

    /// Writes a page and returns its address.
    fn add(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(format!("{name}.html"));
        fs::write(&path, text).expect("it can be written");
        format!("file://{}", path.display())
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // What is left in the folder for temporary files goes away by itself.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A page that is open, and has complained of nothing and asked for nothing but itself.
fn open<'b>(browser: &'b mut Browser, url: &str) -> Page<'b> {
    let mut page = browser.page(1280, 900);
    page.open(url);
    page
}

fn is_quiet(page: &Page<'_>) {
    assert_eq!(page.complaints(), Vec::<&Value>::new());
    let outside: Vec<String> = page.requests().into_iter().filter(|url| !is_own(url)).collect();
    assert_eq!(outside, Vec::<String>::new());
}

fn is_own(url: &str) -> bool {
    url.starts_with("file://") && url.contains(".html") || url == "about:blank" || url == "data:,"
}

/// The variables of the cards that are shown.
const SHOWN: &str = "[...document.querySelectorAll('.card')].filter(card => card.checkVisibility({ contentVisibilityAuto: false })) \
     .map(card => card.querySelector('h4').textContent)";

fn shown(page: &mut Page<'_>) -> Vec<String> {
    let shown = page.get(SHOWN);
    shown
        .as_array()
        .expect("it is a list")
        .iter()
        .map(|name| name.as_str().unwrap_or_default().to_owned())
        .collect()
}

fn count(page: &mut Page<'_>) -> String {
    page.get("document.querySelector('#count').textContent").as_str().unwrap_or_default().to_owned()
}

fn search(page: &mut Page<'_>, text: &str) {
    page.get("{ const q = document.querySelector('#q'); q.value = ''; q.focus() }");
    page.write(text);
}

fn choose(page: &mut Page<'_>, facet: &str, value: &str) {
    let input = format!(".facet input[name={facet:?}][value={value:?}]");
    page.get(&format!("document.querySelector({input:?}).closest('details').open = true"));
    page.click(&input);
}

fn search_narrows_the_list(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &pages.payments);
    assert_eq!(count(&mut page), "25 keys");
    for (text, names) in [
        ("pool.max", &["PAYMENTS_POOL_MAX"][..]),
        ("PAYMENTS_POOL_MAX", &["PAYMENTS_POOL_MAX"]),
        // An old name, a word of the text, a tag, two words in any order.
        ("ledger_url", &["PAYMENTS_DATABASE_URL"]),
        ("browsers", &["PAYMENTS_ORIGINS"]),
        ("limits http", &["PAYMENTS_REQUEST_TIMEOUT"]),
        ("database string", &["PAYMENTS_DATABASE_URL"]),
    ] {
        search(&mut page, text);
        assert_eq!(shown(&mut page), names, "{text}");
        assert_eq!(count(&mut page), "1 of 25 keys");
    }
    search(&mut page, "nothing like that");
    assert!(shown(&mut page).is_empty());
    assert_eq!(count(&mut page), "0 of 25 keys");
    assert_eq!(page.get("document.querySelector('#nothing').checkVisibility()"), true);
    page.click("#clear-nothing");
    assert_eq!(shown(&mut page).len(), 25);
    is_quiet(&page);
}

fn facets_combine(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &pages.fleet);
    choose(&mut page, "owner", "team-edge");
    assert_eq!(count(&mut page), "140 of 400 keys");
    choose(&mut page, "change", "live");
    assert_eq!(count(&mut page), "60 of 400 keys");
    choose(&mut page, "group", "orders");
    assert_eq!(
        shown(&mut page),
        ["FLEET_ORDERS_REQUEST_TIMEOUT", "FLEET_ORDERS_IDLE_TIMEOUT", "FLEET_ORDERS_WEIGHTS"]
    );
    // Two of one facet are alternatives.
    choose(&mut page, "owner", "team-observability");
    assert_eq!(count(&mut page), "5 of 400 keys");
    // Numbers tell what a choice would show with what is chosen elsewhere.
    let number = page.get("document.querySelector('input[name=owner][value=team-platform]').closest('label').querySelector('.n').textContent");
    assert_eq!(number, "2");
    search(&mut page, "timeout");
    assert_eq!(count(&mut page), "2 of 400 keys");
    page.click("#clear");
    assert_eq!(count(&mut page), "400 keys");
    for (facet, value, expected) in [
        ("required", "yes", "20 of 400 keys"),
        ("secret", "yes", "40 of 400 keys"),
        ("profile", "forbidden-production", "20 of 400 keys"),
        ("deprecated", "yes", "20 of 400 keys"),
        ("tag", "metrics", "20 of 400 keys"),
    ] {
        choose(&mut page, facet, value);
        assert_eq!(count(&mut page), expected, "{facet}");
        page.click("#clear");
    }
    is_quiet(&page);
}

fn the_address_keeps_what_is_searched(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &pages.fleet);
    search(&mut page, "timeout");
    choose(&mut page, "group", "audit");
    let address = page.get("location.href").as_str().unwrap_or_default().to_owned();
    assert!(address.ends_with("#?q=timeout&group=audit"), "{address}");
    let found = shown(&mut page);
    page.open(&address);
    assert_eq!(shown(&mut page), found);
    assert_eq!(found.len(), 2);
    is_quiet(&page);
}

fn a_link_opens_its_card(browser: &mut Browser, pages: &Pages) {
    const AT: &str = "(() => { const card = document.querySelector('#key-scheduler-keep'); \
        const box = card.getBoundingClientRect(); \
        return [card.querySelector('details').open, box.top >= 0 && box.top < 300, card.matches(':target')] })()";
    let mut page = open(browser, &format!("{}#key-scheduler-keep", pages.fleet));
    assert_eq!(page.get(AT), json!([true, true, true]));
    assert_eq!(page.get("document.querySelectorAll('.card details[open]').length"), 1);
    is_quiet(&page);
}

fn a_link_shows_a_hidden_card(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &format!("{}#?q=listen", pages.payments));
    assert_eq!(shown(&mut page), ["PAYMENTS_LISTEN"]);
    page.click("#boot a[href='#key-database-url']");
    page.settle();
    assert_eq!(page.get("document.querySelector('#key-database-url details').open"), true);
    assert_eq!(shown(&mut page).len(), 25);
    // A rule that mentions it leads back.
    page.get("location.hash = '#key-pool-max'");
    page.settle();
    page.click("#key-pool-max a[href='#rule-1']");
    page.settle();
    assert_eq!(page.get("document.querySelector('#rule-1').matches(':target')"), true);
    is_quiet(&page);
}

fn the_keyboard_reaches_everything_in_order(browser: &mut Browser, pages: &Pages) {
    const FOCUS: &str =
        "(() => { const e = document.activeElement; return e.id || e.name || e.textContent.trim() })()";
    let mut page = open(browser, &pages.payments);
    let mut order = Vec::new();
    for _ in 0..90 {
        page.press("Tab", 9);
        order.push(page.get(FOCUS).as_str().unwrap_or_default().to_owned());
        // What has the focus shows it.
        let outline = page.get("getComputedStyle(document.activeElement).outlineStyle");
        assert_ne!(outline, "none", "{order:?}");
    }
    let wanted = [
        "Skip to the keys",
        "theme",
        "25 keys",
        "Minimal set to boot",
        "skeleton",
        "q",
        "Group",
        "Tag",
        "fold",
    ];
    let places: Vec<_> =
        wanted.iter().map(|name| order.iter().position(|found| found.starts_with(name))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} in {order:?}");
    // The slash is a short way, Enter opens a card, Escape closes a menu and clears the search.
    page.get("document.activeElement.blur()");
    page.press("/", 191);
    assert_eq!(page.get(FOCUS), "q");
    page.write("listen");
    assert_eq!(shown(&mut page).len(), 1);
    page.press("Escape", 27);
    assert_eq!(shown(&mut page).len(), 25);
    page.get("document.querySelector('.facet summary').focus()");
    page.press("Enter", 13);
    assert_eq!(page.get("document.querySelector('.facet').open"), true);
    page.press("Tab", 9);
    assert_eq!(page.get(FOCUS), "group");
    page.press(" ", 32);
    assert_eq!(count(&mut page), "14 of 25 keys");
    page.press("Escape", 27);
    assert_eq!(page.get("document.querySelector('.facet').open"), false);
    page.get("document.querySelector('#key-listen summary').focus()");
    page.press("Enter", 13);
    assert_eq!(page.get("document.querySelector('#key-listen details').open"), true);
    is_quiet(&page);
}

fn the_theme_can_be_chosen(browser: &mut Browser, pages: &Pages) {
    const PAGE: &str = "getComputedStyle(document.body).backgroundColor";
    let mut page = open(browser, &pages.payments);
    page.prefer("light");
    let light = page.get(PAGE);
    page.prefer("dark");
    let dark = page.get(PAGE);
    assert_ne!(light, dark);
    page.get("{ const theme = document.querySelector('#theme'); theme.value = 'light'; theme.dispatchEvent(new Event('change')) }");
    assert_eq!(page.get(PAGE), light);
    page.open(&pages.payments);
    assert_eq!(page.get(PAGE), light, "it is remembered");
    assert_eq!(page.get("document.querySelector('#theme').value"), "light");
    is_quiet(&page);
}

fn all_of_it_reads_without_its_script(browser: &mut Browser, pages: &Pages) {
    let mut page = browser.page(1280, 900);
    page.scripts(false);
    page.open(&pages.payments);
    assert_eq!(page.get("document.documentElement.className"), "");
    // No control that does nothing is there, and every card can be opened.
    assert_eq!(
        page.get(
            "[...document.querySelectorAll('form, select, button')].filter(e => e.checkVisibility()).length"
        ),
        0
    );
    assert_eq!(shown(&mut page).len(), 25);
    page.click("#key-listen summary");
    assert_eq!(page.get("document.querySelector('#key-listen details').open"), true);
    let text = page.get("document.querySelector('#key-listen').innerText");
    assert!(text.as_str().is_some_and(|text| text.contains("127.0.0.1:8080")), "{text}");
    is_quiet(&page);
}

fn paper_shows_everything(browser: &mut Browser, pages: &Pages) {
    const FACTS: &str = "[...document.querySelectorAll('.card .facts')].filter(facts => facts.checkVisibility() && facts.offsetHeight > 20).length";
    // Without the script, which would open every card: the style has to be enough. What is searched is not left out.
    for runs in [false, true] {
        let mut page = browser.page(800, 900);
        page.scripts(runs);
        page.open(&format!("{}#?q=listen", pages.payments));
        assert_eq!(page.get(FACTS), 0);
        page.call("Emulation.setEmulatedMedia", json!({ "media": "print" }));
        assert_eq!(page.get(FACTS), 25);
        assert_eq!(page.get("[...document.querySelectorAll('button, select, form, nav')].filter(e => e.checkVisibility()).length"), 0);
        is_quiet(&page);
    }
}

fn every_text_has_contrast(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &pages.payments);
    for scheme in ["light", "dark"] {
        page.prefer(scheme);
        let found = page.get(FAINT);
        assert!(found[0].as_u64().is_some_and(|seen| seen > 500), "{found}");
        assert_eq!(found[1], json!([]), "{scheme}");
    }
    // The check sees a text that is faint.
    page.get("document.querySelector('h1').style.color = '#555'");
    assert_ne!(page.get(FAINT)[1], json!([]));
}

fn every_control_has_a_name(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &pages.payments);
    let tree = page.call("Accessibility.getFullAXTree", json!({}));
    let nodes = tree["nodes"].as_array().expect("it is a list");
    let role = |node: &Value| node["role"]["value"].as_str().unwrap_or_default().to_owned();
    let controls =
        ["link", "button", "searchbox", "combobox", "checkbox", "region", "navigation", "search", "heading"];
    let named: Vec<&Value> = nodes.iter().filter(|node| controls.contains(&&*role(node))).collect();
    assert!(named.len() > 100, "{}", named.len());
    for node in named {
        assert!(node["name"]["value"].as_str().is_some_and(|name| !name.trim().is_empty()), "{node}");
    }
    for landmark in ["banner", "navigation", "main", "search", "status"] {
        assert!(nodes.iter().any(|node| role(node) == landmark), "{landmark}");
    }
    // Headings go down step by step.
    let levels = page.get("[...document.querySelectorAll('h1, h2, h3, h4')].map(h => Number(h.tagName[1]))");
    let levels: Vec<i64> = levels.as_array().into_iter().flatten().filter_map(Value::as_i64).collect();
    assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
    assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1);
}

fn names_are_copied(browser: &mut Browser, pages: &Pages) {
    let mut page = open(browser, &format!("{}#key-pool-max", pages.payments));
    // What is put on the clipboard is caught: a test should not touch that of the machine.
    page.get("globalThis.copied = []; navigator.clipboard.writeText = async (text) => { copied.push(text) }");
    for button in ["[data-copy='PAYMENTS_POOL_MAX']", "[data-copy='pool.max']", "[data-link]"] {
        page.click(&format!("#key-pool-max {button}"));
    }
    page.click("[data-copy-of]");
    let copied = page.get("copied");
    assert_eq!(copied[0], "PAYMENTS_POOL_MAX");
    assert_eq!(copied[1], "pool.max");
    assert_eq!(copied[2], format!("{}#key-pool-max", pages.payments));
    let skeleton = copied[3].as_str().unwrap_or_default();
    assert!(skeleton.contains("\nPAYMENTS_DATABASE_URL=\n") && !skeleton.contains("POOL"), "{skeleton}");
    assert_eq!(page.get("document.querySelector('#told').textContent"), "Copied");
    is_quiet(&page);
}

/// Comments that want to be more than text.
mod hostile {
    use confident::{Config, ConfigValue, SecretString};

    /// </title><script>document.title = "run"</script><img src=x onerror="document.title = 'run'">
    #[derive(Config)]
    #[config(
        app = "hostile",
        profiles("production"),
        removed("OLD", "<b class='injected'>set</b> another"),
        rule(one.is_some() || two == "", "</b><i class='injected'>rule</i> & more")
    )]
    #[allow(dead_code)] // its manifest is what is looked at
    pub(crate) struct Hostile {
        /// <a class="injected" href="https://example.com">here</a> `<u class="injected">code</u>`
        ///
        /// </p></div></article></main><form class="injected" action="https://example.com">
        #[config(
            example = "\" onfocus=\"document.title = 'run'\" class=\"injected\" autofocus=\"",
            tags = ["'><u class='injected'>"],
            owner = "\"><style class='injected'>*{display:none}</style>",
            required_in("production")
        )]
        pub(crate) one: Option<String>,
        /// --></script></style><svg class="injected" onload="document.title = 'run'">
        #[config(default = "</textarea><b class='injected'>&lt;script&gt;")]
        pub(crate) two: String,
        /// A secret.
        pub(crate) token: SecretString,
        /// A word.
        #[config(default = "one")]
        pub(crate) word: Word,
    }

    #[derive(ConfigValue)]
    pub(crate) enum Word {
        /// <b class="injected">one</b>
        One,
    }
}

fn hostile_text_stays_text(browser: &mut Browser, pages: &Pages) {
    const INJECTED: &str = "document.querySelectorAll('.injected, body script, img, svg, main form:not(.tools), [onfocus], [onload]').length";
    let manifest: &Manifest = hostile::Hostile::manifest();
    let safe = pages.add("hostile", &document(manifest, Format::Html));
    let mut page = open(browser, &safe);
    assert_eq!(page.get(INJECTED), 0);
    assert_eq!(page.get("document.title"), "Configuration of hostile");
    let text = page.get("document.querySelector('.lead').textContent");
    assert!(text.as_str().is_some_and(|text| text.starts_with("</title><script>")), "{text}");
    let copied = page.get("[...document.querySelectorAll('#key-one [data-copy]')].at(-1).dataset.copy");
    assert_eq!(copied, "\" onfocus=\"document.title = 'run'\" class=\"injected\" autofocus=\"");
    is_quiet(&page);
    drop(page);
    // Without escapes the check sees it; and even then the policy lets nothing run.
    let broken = pages.add("broken", &document_without_escapes(manifest, Format::Html));
    let mut page = open(browser, &broken);
    assert!(page.get(INJECTED).as_u64().is_some_and(|count| count > 5));
    assert_ne!(page.get("document.title"), "run");
    assert!(!page.complaints().is_empty(), "the policy is heard");
}
