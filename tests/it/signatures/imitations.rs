//! Logs of our own making in the ways in which twelve kinds of systems write: header, words and what varies, each with
//! the number of its template. They imitate shapes; no line is taken from a real log.

/// A kind of system: how it begins a line, and its templates with how often each comes.
pub(super) struct System {
    pub(super) name: &'static str,
    header: &'static str,
    templates: &'static [(u32, &'static str)],
}

/// A line of a log and the number of its template.
pub(super) struct Labelled {
    pub(super) line: String,
    pub(super) message: String,
    pub(super) template: usize,
}

/// In braces what varies: a kind of value, `a|b|c` one of several, `kind*` a list of one to five.
pub(super) const SYSTEMS: [System; 12] = [
    System {
        name: "file system",
        header: "{date6} {time6} {n} INFO acme.{Node$Sender|Node$Receiver|Names}: ",
        templates: &[
            (30, "Taking block {blk} src: /{ipp} dest: /{ipp}"),
            (25, "BLOCK* Names.addStored: map updated: {ipp} is added to {blk} size {n}"),
            (25, "Responder {d} for block {blk} ends"),
            (20, "Taken block {blk} of size {n} from /{ip}"),
            (10, "BLOCK* Names.allocate: {path}/part-{n}. {blk}"),
            (8, "BLOCK* ask {ipp} to delete {blk*}"),
            (8, "{ipp} Gave block {blk} to /{ip}"),
            (4, "{ipp}:Got exception while giving {blk} to /{ip}:"),
            (3, "write {blk} received exception java.io.IOException: Could not read the stream"),
        ],
    },
    System {
        name: "batch jobs",
        header: "{date} {time},{ms} {INFO|WARN} [{main|Async event handler|Launcher #{d}}] org.acme.jobs.{Master|impl.Task}: ",
        templates: &[
            (12, "{attempt} Attempt moved from NEW to UNASSIGNED"),
            (12, "{attempt} Attempt moved from UNASSIGNED to ASSIGNED"),
            (12, "{attempt} Attempt moved from ASSIGNED to RUNNING"),
            (10, "{attempt} Attempt moved from RUNNING to CLEANUP"),
            (8, "{attempt} Attempt moved from CLEANUP to SUCCEEDED"),
            (5, "task_{n}_m_{n} Task moved from NEW to SCHEDULED"),
            (30, "Address change seen. Old: {nodehost}/{ipp} New: {nodehost}:{port}"),
            (
                30,
                "Retrying connect to server: {nodehost}:{port}. Already tried {d} time(s); policy is UpToCount(max={d}, sleep={n} MILLISECONDS)",
            ),
            (20, "Progress of attempt {attempt} is : {f}"),
            (20, "Failed to renew lease for [CLIENT_NONMAP_{n}_{d}] for {n} seconds.  Will retry shortly ..."),
            (15, "Recalculating, headroom=<memory:{n}, cores:-{d}>"),
            (9, "Before scheduling: Pending:{d} Maps:{d} Assigned:{d}"),
            (
                6,
                "Registering class org.acme.jobs.{aa|bb|cc}.EventType for class org.acme.jobs.{Dispatch|Speculate|Clean}",
            ),
            (4, "CONTACTING THE MANAGER FAILED. "),
        ],
    },
    System {
        name: "data engine",
        header: "{d2}/{d2}/{d2} {time} INFO {storage.BlockInfo|executor.Executor}: ",
        templates: &[
            (30, "Found block rdd_{d}_{d} here"),
            (25, "Running task {d}.{d} in stage {d}.{d} (TID {n})"),
            (25, "Finished task {d}.{d} in stage {d}.{d} (TID {n}). {n} bytes sent to driver"),
            (
                15,
                "Block broadcast_{d}_piece{d} kept as bytes in memory (estimated size {f} {B|KB|MB|GB}, free {f} {KB|MB|GB})",
            ),
            (15, "Block broadcast_{d} kept as values in memory (estimated size {f} {B|KB|MB}, free {f} {KB|MB|GB})"),
            (8, "Reading broadcast {d} took {n} ms"),
            (8, "Times: total = {n}, boot = -{n}, init = {n}, finish = {d}"),
            (6, "Input split: store://{ipp}{path}:{n}+{n}"),
            (3, "acme.{tip|job|task}.id is deprecated. Use acme.engine.{job|task}.id"),
            (2, "Changing acls to: yard,{name}"),
        ],
    },
    System {
        name: "cloud",
        header: "api.log.1.{date}_{time} {date} {time}.{ms} {n} INFO nova.{api.server|compute.manager} [req-{uuid} {hex} {hex} - - -] ",
        templates: &[
            (40, "{ip|ip,ip} \"GET {path}/servers/detail HTTP/1.1\" status: {d} len: {n} time: {f}"),
            (15, "{ip} \"POST {path}/events HTTP/1.1\" status: {d} len: {n} time: {f}"),
            (8, "{ip} \"DELETE {path} HTTP/1.1\" status: {d} len: {n} time: {f}"),
            (5, "[instance: {uuid}] VM Started (Cycle Event)"),
            (5, "[instance: {uuid}] VM Paused (Cycle Event)"),
            (5, "[instance: {uuid}] VM Resumed (Cycle Event)"),
            (5, "[instance: {uuid}] VM Stopped (Cycle Event)"),
            (8, "image {uuid} at ({path}): checking"),
            (8, "image {uuid} at ({path}): in use: on this node {d} local, {d} on others"),
            (6, "Base files in use: {path}"),
            (5, "[instance: {uuid}] Took {f} seconds to build."),
            (5, "[instance: {uuid}] Took {f} seconds to destroy."),
            (4, "Final view: name=c{d}.slow.{d}.example.us phys_ram={n}MB used_ram={n}MB vcpus={d} stats=[]"),
            (4, "While syncing power states, found {d} instances in the database and {d} on the hypervisor."),
        ],
    },
    System {
        name: "supercomputer",
        header: "- {epoch} {dotdate} {rnode} {dashtime} {rnode} RAS {KERNEL|APP|MMCS} {INFO|FATAL|ERROR} ",
        templates: &[
            (40, "generating core.{n}"),
            (10, "CE sym {d}, at 0x{hex}, mask 0x{hex}"),
            (10, "iar {hex} dear {hex}"),
            (10, "ciod: failed to read message prefix on stream (Stream socket to {ipp}"),
            (8, "{d} torus receiver {x|y|z}{+|-} input pipe error(s) (dcr 0x{hex}) seen and corrected"),
            (6, "ciod: LOGIN chdir({path}) failed: No such file or directory"),
            (4, "ciod: Error loading {path}: invalid program image, Permission denied"),
            (3, "ciod: Error loading {path}: invalid program image, No such file"),
            (3, "wait state enable.................{d}"),
            (3, "program interrupt: trap instruction.......{d}"),
            (3, "program interrupt: illegal instruction....{d}"),
            (4, "total of {d} ddr error(s) seen and corrected"),
            (4, "ddr error(s) seen and corrected on rank {d}, symbol {d}, bit {d}"),
            (3, "data storage interrupt"),
            (3, "machine check (bit=0x{hex}): L{d} dcache parity error"),
            (3, "Node card is not working"),
            (2, "lr:{hex} cr:{hex} xer:{hex} ctr:{hex}"),
            (2, "bit sparing on R{d}-M{d}-L{d}-U{d}-C bit {d}"),
        ],
    },
    System {
        name: "cluster",
        header: "{n} node-{d} {unix.hw|action|fan} {state.unavailable|start|error} {epoch} 1 ",
        templates: &[
            (20, "Component Change: Component \\042alt{d}\\042 is in the unavailable state (HWID={n})"),
            (20, "Link error on tree Connect-{d}T{d2}:{d2}:{d}"),
            (15, "ambient={d}"),
            (10, "PSU status ( {on|off} {on|off} )"),
            (10, "Fan speeds ( {n} {n} {n} {n} )"),
            (10, "boot (command {n})"),
            (6, "wait (command {n})"),
            (6, "Temperature ({d}C) exceeds threshold"),
            (6, "NIFF: node node-{d} sees a failed connection on network {ip} via interface alt{d}"),
            (5, "inconsistent sets {nodehex*} done"),
            (4, "FileSystem: There is no server for domain storage{d}"),
            (3, "Command was aborted"),
        ],
    },
    System {
        name: "cluster syslog",
        header: "- {epoch} {dotdate} tn{d} {mon} {d} {time} tn{d}/tn{d} {crond(pam_unix)[{n}]|sendmail[{n}]|kernel|ntpd[{n}]}: ",
        templates: &[
            (20, "session opened for user root by (uid={d})"),
            (20, "session closed for user root"),
            (15, "(root) CMD (run-parts {path})"),
            (15, "no answer from any [Bird_{A|B|C}{d}] source"),
            (
                8,
                "jA{n}B{n}: to=root, ctladdr=root (0/0), delay={time}, mailer=relay, pri={n}, relay=[{ip}] [{ip}], dsn=2.0.0, stat=Sent (jA{n}x{n} accepted)",
            ),
            (8, "jA{n}B{n}: from=root, size={n}, class={d}, msgid=<{n}.jA{n}@bn{d}.example.gov>, relay=root@localhost"),
            (8, "synchronized to {ip}, stratum {d}"),
            (6, "DHCPDISCOVER from {mac} via eth{d}"),
            (6, "DHCPREQUEST for {ip} ({ip}) from {mac} via eth{d}"),
            (3, "Accepted publickey for root from ::ffff:{ip} port {port} ssh2"),
            (2, "ACPI: interrupt {hex}:{d2}:{d2}.{d}[A] -> GSI {d} (level, low) -> IRQ {d}"),
        ],
    },
    System {
        name: "desktop servicing",
        header: "{date} {time}, Info                  {CBS|CSI}    ",
        templates: &[
            (20, "Session: {n}_{n} initialized by client {UpdateAgent|SPP|CbsTask|external}."),
            (
                15,
                "Loaded Stack v6.1.{n}.{n} with Core: C:\\Windows\\sxs\\amd64_stack_{hex}_6.1.{n}.{n}_none_{hex}\\core.dll",
            ),
            (15, "{hex}@{d}/{d}/{d}:{time}.{ms} Initialize (w.dll version 0.0.0.{d}) called (stack {@hex*})"),
            (
                15,
                "SQM: Failed to start upload with pattern: C:\\Windows\\sqm\\*_std.sqm, flags: 0x{d} [RESULT = 0x{hex} - E_FAIL]",
            ),
            (10, "SQM: Cleaning up reports older than {d} days."),
            (
                15,
                "Read out cached state for package: Package_for_KB{n}~{hex}~amd64~~6.1.{d}.{d}, ApplicableState: {n}, CurrentState:{n}",
            ),
            (8, "Failed to open package. [RESULT = 0x{hex} - CBS_E_INVALID]"),
            (8, "Creating transaction (seq {d}), object [6]\"(null)\""),
            (6, "Idle thread ended normally"),
            (5, "Startup begins."),
        ],
    },
    System {
        name: "server syslog",
        header: "{mon} {d} {time} combo {sshd(pam_unix)[{n}]|ftpd[{n}]|su(pam_unix)[{n}]}: ",
        templates: &[
            (25, "authentication failure; logname= uid={d} euid={d} tty=NODEssh ruser= rhost={ip|host} "),
            (25, "authentication failure; logname= uid={d} euid={d} tty=NODEssh ruser= rhost={ip|host}  user=root"),
            (4, "authentication failure; logname= uid={d} euid={d} tty=NODEssh ruser= rhost={ip|host}  user=guest"),
            (20, "check pass; user unknown"),
            (15, "connection from {ip} () at {day} {mon} {d} {time} 2026"),
            (15, "connection from {ip} ({host}) at {day} {mon} {d} {time} 2026"),
            (8, "session opened for user {cyrus|news|root|test} by (uid={d})"),
            (8, "session closed for user {cyrus|news|root|test}"),
            (4, "ALERT exited abnormally with [{d}]"),
            (3, "cupsd startup succeeded"),
            (3, "cupsd shutdown succeeded"),
            (2, "BIOS-e820: {hex} - {hex} (usable)"),
            (2, "Kernel command line: ro root=LABEL=/ rhgb quiet"),
        ],
    },
    System {
        name: "laptop",
        header: "{mon} {d} {time} laptop-{d}-{d}-{d} {kernel[0]|com.acme.Sched[{n}]|Mail[{n}]|com.acme.launchd[1] (com.acme.look[{n}])}: ",
        templates: &[
            (15, "ARPT: {n}.{n}: AirPort_Acme43xx::syncPowerState: WWEN[enabled]"),
            (15, "ARPT: {n}.{n}: wl{d}: Roamed, reason #{d}, bssid {mac}, last RSSI -{d}"),
            (15, "IOSwitch<{d}>(0x{d})::callback - HPD packet for route = 0x{d} port = {d} unplug = {d}"),
            (10, "Thermal pressure state: {d} Memory pressure state: {d}"),
            (
                10,
                "-[Lists(Reply) changes:toList:] Notified of changes to list with identifier com.acme.shared.{aa|bb|cc}",
            ),
            (8, "tcp_connection_socket_connect {n} connectx to {ipp}@0 failed: [{d}] Network is down"),
            (6, "setting hostname to \"{laptop.local|laptop-{d}-{d}.example.edu}\""),
            (6, "en{d}: BSSID changed to {mac}"),
            (5, "hibernate_page_list_setall time: {n} ms"),
            (4, "Captive: Plugin en{d}: Inactive"),
            (4, "Captive: Plugin en{d}: Evaluating"),
            (4, "Captive: Plugin en{d}: Authenticated"),
        ],
    },
    System {
        name: "step counter",
        header: "{date8}-{time}:{ms}|Step_{LSC|SPUtils|Report}|{n}|",
        templates: &[
            (25, "onStepChanged {n}"),
            (25, "onExtend:{n} {d} {d} {d}"),
            (20, "getTodaySteps = {n}##{n}##{n}##{n}##{n}"),
            (20, "setTodaySteps={n}##{n}##{n}##{n}##{n}"),
            (10, "calculateCalories total={n}"),
            (10, "calculateAltitude total={n}"),
            (8, "REPORT : {n} {n} {n} {n}"),
            (6, "onReceive action: intent.action.SCREEN_ON"),
            (6, "onReceive action: intent.action.SCREEN_OFF"),
            (5, "flush sensor data"),
            (3, "screen status unknown,think screen on"),
            (3, "saved: {true}"),
            (3, "saved: {false}"),
        ],
    },
    System {
        name: "proxy client",
        header: "[{d2}.{d2} {time}] {browser.exe|cloud.exe|chat.exe *64} - ",
        templates: &[
            (40, "{hostport} open through proxy {hostport} HTTPS"),
            (40, "{hostport} close, {n} bytes sent, {n} bytes received, lifetime {dur}"),
            (15, "{hostport} close, {n} bytes ({f} {KB|MB}) sent, {n} bytes received, lifetime {dur}"),
            (15, "{hostport} close, {n} bytes sent, {n} bytes ({f} {KB|MB|GB}) received, lifetime {dur}"),
            (8, "{hostport} close, {n} bytes ({f} {KB|MB}) sent, {n} bytes ({f} {KB|MB}) received, lifetime {dur}"),
            (
                4,
                "{hostport} error : Could not connect through proxy {hostport} - Proxy cannot reach the target, status code {d}",
            ),
            (2, "{hostport} error : A request was canceled before it was done."),
        ],
    },
];

impl System {
    /// So many lines of this kind, the same every time.
    pub(super) fn lines(&self, count: usize) -> Vec<Labelled> {
        let mut dice = Dice(self.name.len() as u64 * 7919 + 17);
        let total: u32 = self.templates.iter().map(|(weight, _)| weight).sum();
        (0..count)
            .map(|_| {
                let mut at = dice.below(u64::from(total)) as u32;
                let mut template = 0;
                while at >= self.templates[template].0 {
                    at -= self.templates[template].0;
                    template += 1;
                }
                let header = dice.fill(self.header);
                let message = dice.fill(self.templates[template].1);
                Labelled { line: format!("{header}{message}"), message, template }
            })
            .collect()
    }
}

/// Numbers that look random and are the same every time (a linear congruential generator, Knuth's constants).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// The pattern with its braces filled in.
    fn fill(&mut self, pattern: &str) -> String {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(open) = rest.find('{') {
            out.push_str(&rest[..open]);
            let mut depth = 0;
            let end = rest[open..].find(|c| {
                depth += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                depth == 0
            });
            let close = open + end.expect("braces close");
            let value = self.field(&rest[open + 1..close]);
            out.push_str(&value);
            rest = &rest[close + 1..];
        }
        out + rest
    }

    fn field(&mut self, kind: &str) -> String {
        if kind.contains('|') {
            let choices: Vec<&str> = kind.split('|').collect();
            let chosen = choices[self.below(choices.len() as u64) as usize];
            return match chosen {
                "ip" | "host" => self.value(chosen),
                "ip,ip" => self.fill("{ip},{ip}"),
                _ => self.fill(chosen),
            };
        }
        if let Some(kind) = kind.strip_suffix('*') {
            let parts: Vec<String> = (0..=self.below(5)).map(|_| self.value(kind)).collect();
            return parts.join(" ");
        }
        self.value(kind)
    }

    fn value(&mut self, kind: &str) -> String {
        const NAMES: [&str; 8] = ["anna", "bela", "cleo", "dora", "emil", "fred", "gina", "hugo"];
        const MONTHS: [&str; 4] = ["Jan", "Jun", "Jul", "Nov"];
        const DAYS: [&str; 4] = ["Mon", "Tue", "Sat", "Sun"];
        let one = |list: &[&str], dice: &mut Self| list[dice.below(list.len() as u64) as usize].to_owned();
        match kind {
            "d" => (self.below(40) + 1).to_string(),
            "d2" => format!("{:02}", self.below(28) + 1),
            "n" => (self.below(900_000) + 10_000).to_string(),
            "ms" => format!("{:03}", self.below(1000)),
            "f" => format!("{}.{}", self.below(90), self.below(999)),
            "port" => (self.below(60_000) + 1024).to_string(),
            "hex" => format!("{:08x}", self.below(u64::from(u32::MAX >> 1))),
            "uuid" => self.fill("{hex}-34c5-4fbb-86c4-4{hex}abc"),
            "ip" => self.fill("10.{d}.{d}.{d}"),
            "ipp" => self.fill("10.{d}.{d}.{d}:{port}"),
            "mac" => format!(
                "{:02x}:{:02x}:9d:ff:{:02x}:{:02x}",
                self.below(256),
                self.below(256),
                self.below(256),
                self.below(256)
            ),
            "blk" => {
                let sign = if self.below(2) == 0 { "" } else { "-" };
                format!("blk_{sign}{}{}", self.value("n"), self.value("n"))
            }
            "@hex" => self.fill("@0x{hex}"),
            "nodehex" => self.fill("node-{d} 0x{hex} <ok>"),
            "attempt" => self.fill("attempt_{n}_00{d}_m_{n}_0"),
            "nodehost" => self.fill("acme-sa-{d}"),
            "rnode" => self.fill("R{d}-M1-N{d}-C:J{d}-U11"),
            "name" => one(&NAMES, self),
            "host" => match self.below(3) {
                0 => format!("ns.{}.com", self.value("name")),
                1 => self.fill("{d}-{d}-151-1.hinet.example"),
                _ => format!("{}.net", self.value("name")),
            },
            "hostport" => match self.below(3) {
                0 => format!("proxy.{}.example.hk:{}", self.value("name"), self.value("port")),
                1 => format!("{}.com:443", self.value("name")),
                _ => self.fill("{ipp}"),
            },
            "path" => format!("/{}/{}/{}", self.value("name"), self.value("name"), self.value("n")),
            "dur" => match self.below(3) {
                0 => "<1 sec".to_owned(),
                1 => self.fill("{d2}:{d2}"),
                _ => self.fill("0{d2}:{d2}:{d2}").split_off(1),
            },
            "time" => format!("{:02}:{:02}:{:02}", self.below(24), self.below(60), self.below(60)),
            "time6" => format!("{:02}{:02}{:02}", self.below(24), self.below(60), self.below(60)),
            "date6" => self.fill("0811{d2}"),
            "date8" => self.fill("202612{d2}"),
            "date" => self.fill("2026-10-{d2}"),
            "dotdate" => self.fill("2026.06.{d2}"),
            "dashtime" => format!("2026-06-{}-15.42.50.{}", self.value("d2"), self.value("n")),
            "epoch" => (1_117_838_570 + self.below(1_000_000)).to_string(),
            "mon" => one(&MONTHS, self),
            "day" => one(&DAYS, self),
            word => word.to_owned(),
        }
    }
}
