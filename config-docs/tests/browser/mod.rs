//! Chromium without a window, spoken to through two pipes: no driver, no socket, no port.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use serde_json::{Value, json};

/// What Chromium is called where it is installed.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The browser, if there is one. Where there is none, says so loudly; in CI that is a failure.
#[allow(clippy::disallowed_methods)] // the path of programs and the switch of CI, not configuration
pub(crate) fn browser(tests: usize) -> Option<Browser> {
    let path = env::var_os("PATH").unwrap_or_default();
    let program = env::split_paths(&path)
        .flat_map(|folder| NAMES.map(|name| folder.join(name)))
        .find(|path| path.is_file());
    let Some(program) = program else {
        let skipped = format!("SKIPPED: {tests} tests of the page, because Chromium is not installed");
        assert!(env::var("CI").as_deref() != Ok("true"), "{skipped}");
        // Past what the test runner keeps of tests that pass.
        writeln!(std::io::stderr(), "\n{skipped}\n").expect("there is somewhere to say it");
        return None;
    };
    Some(Browser::start(&program))
}

pub(crate) struct Browser {
    child: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    folder: PathBuf,
    number: u64,
    /// What pages have reported and nobody has looked at yet.
    events: Vec<Value>,
}

/// One page of the browser.
pub(crate) struct Page<'b> {
    browser: &'b mut Browser,
    session: String,
    target: String,
}

impl Browser {
    fn start(program: &Path) -> Self {
        let folder = env::temp_dir().join(format!("confident-docs-chromium-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder can be made");
        // Chromium speaks on the descriptors 3 and 4: a shell puts the pipes there.
        let mut child = Command::new("sh")
            .args(["-c", "exec \"$@\" 3<&0 4>&1 0</dev/null 1>/dev/null 2>/dev/null", "sh"])
            .arg(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-pipe",
            ])
            .arg(format!("--user-data-dir={}", folder.display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("Chromium starts");
        let to = child.stdin.take().expect("it is a pipe");
        let mut lines = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let (sender, from) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while lines.read_until(0, &mut message).is_ok_and(|length| length > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { break };
                if sender.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        Self { child, to, from, folder, number: 0, events: Vec::new() }
    }

    /// An empty page of this width.
    pub(crate) fn page(&mut self, width: u32, height: u32) -> Page<'_> {
        let context = self.call(None, "Target.createBrowserContext", json!({}))["browserContextId"].clone();
        let target = self.call(
            None,
            "Target.createTarget",
            json!({ "url": "about:blank", "browserContextId": context }),
        );
        let target = text(&target["targetId"]);
        let attached =
            self.call(None, "Target.attachToTarget", json!({ "targetId": target, "flatten": true }));
        let session = text(&attached["sessionId"]);
        self.events.clear();
        let mut page = Page { browser: self, session, target };
        for domain in ["Page", "Runtime", "Log", "Network"] {
            page.call(&format!("{domain}.enable"), json!({}));
        }
        page.resize(width, height);
        page
    }

    fn call(&mut self, session: Option<&str>, method: &str, params: Value) -> Value {
        self.number += 1;
        let number = self.number;
        let mut message = json!({ "id": number, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).expect("Chromium listens");
        loop {
            let value = self.next().unwrap_or_else(|| panic!("Chromium does not answer {method}"));
            if value["id"] == number {
                assert!(value["error"].is_null(), "{method}: {}", value["error"]);
                return value["result"].clone();
            }
            self.events.push(value);
        }
    }

    fn next(&mut self) -> Option<Value> {
        self.from.recv_timeout(Duration::from_secs(60)).ok()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Whatever goes wrong here, the test has said what it had to.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Drop for Page<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.browser.call(None, "Target.closeTarget", json!({ "targetId": self.target }));
        }
    }
}

impl Page<'_> {
    pub(crate) fn call(&mut self, method: &str, params: Value) -> Value {
        let session = self.session.clone();
        self.browser.call(Some(&session), method, params)
    }

    /// Goes to an address and waits until all of it is there.
    pub(crate) fn open(&mut self, url: &str) {
        // Another fragment alone would not load it again.
        self.load("about:blank");
        self.load(url);
    }

    fn load(&mut self, url: &str) {
        self.browser.events.retain(|event| event["method"] != "Page.loadEventFired");
        self.call("Page.navigate", json!({ "url": url }));
        while !self.browser.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let event = self.browser.next().expect("the page loads");
            self.browser.events.push(event);
        }
    }

    /// The value of an expression.
    pub(crate) fn get(&mut self, expression: &str) -> Value {
        let result = self.call(
            "Runtime.evaluate",
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true }),
        );
        assert!(result["exceptionDetails"].is_null(), "{expression}: {}", result["exceptionDetails"]);
        result["result"]["value"].clone()
    }

    /// Types a text where the focus is.
    pub(crate) fn write(&mut self, text: &str) {
        self.call("Input.insertText", json!({ "text": text }));
    }

    /// Presses a key, such as `Tab`.
    pub(crate) fn press(&mut self, key: &str, code: u32) {
        let text = match key {
            "Enter" => "\r",
            key if key.len() == 1 => key,
            _ => "",
        };
        let kind = if text.is_empty() { "rawKeyDown" } else { "keyDown" };
        let mut down = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
        if !text.is_empty() {
            down["text"] = text.into();
        }
        self.call("Input.dispatchKeyEvent", down);
        self.call(
            "Input.dispatchKeyEvent",
            json!({ "type": "keyUp", "key": key, "windowsVirtualKeyCode": code }),
        );
    }

    /// Waits until the page has drawn what happened.
    pub(crate) fn settle(&mut self) {
        self.get(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))",
        );
    }

    /// Clicks with the mouse in the middle of an element.
    pub(crate) fn click(&mut self, selector: &str) {
        let place = self.get(&format!(
            "(() => {{ const element = document.querySelector({selector:?}); element.scrollIntoView({{ block: 'nearest' }}); \
             const box = element.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            self.call(
                "Input.dispatchMouseEvent",
                json!({ "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1 }),
            );
        }
    }

    pub(crate) fn resize(&mut self, width: u32, height: u32) {
        let metrics =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    /// Prefers a colour scheme, `light` or `dark`.
    pub(crate) fn prefer(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.call("Emulation.setEmulatedMedia", json!({ "features": features }));
    }

    /// Whether scripts run.
    pub(crate) fn scripts(&mut self, run: bool) {
        self.call("Emulation.setScriptExecutionDisabled", json!({ "value": !run }));
    }

    /// What stood in the console, was refused, or failed.
    pub(crate) fn complaints(&self) -> Vec<&Value> {
        const METHODS: [&str; 3] = ["Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"];
        self.events(&METHODS)
    }

    /// The addresses that were asked for.
    pub(crate) fn requests(&self) -> Vec<String> {
        let requests = self.events(&["Network.requestWillBeSent"]);
        requests.iter().map(|event| text(&event["params"]["request"]["url"])).collect()
    }

    fn events(&self, methods: &[&str]) -> Vec<&Value> {
        let of_page = |event: &&Value| event["sessionId"] == self.session.as_str();
        let events = self.browser.events.iter().filter(of_page);
        events.filter(|event| methods.iter().any(|method| event["method"] == *method)).collect()
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The texts with less contrast than 4.5 to what is behind them, by the formula of WCAG 2.
pub(crate) const FAINT: &str = r#"(() => {
    const parts = (color) => color.match(/[\d.]+/g).map(Number);
    const light = (color) => {
        const [r, g, b] = parts(color).map(part => part / 255).map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = (element) => {
        for (; element; element = element.parentElement) {
            const color = getComputedStyle(element).backgroundColor;
            const alpha = parts(color)[3] ?? 1;
            if (alpha === 1) return color;
            if (alpha !== 0) throw new Error(`half transparent: ${color}`);
        }
        return "rgb(255, 255, 255)";
    };
    for (const details of document.querySelectorAll("details")) details.open = true;
    let seen = 0;
    const faint = [];
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
        if (!own || !element.checkVisibility()) continue;
        seen += 1;
        const [one, two] = [light(getComputedStyle(element).color), light(behind(element))].sort((a, b) => b - a);
        const contrast = (one + .05) / (two + .05);
        if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${element.className} ${element.textContent.slice(0, 30)}`);
    }
    return [seen, faint];
})()"#;
