//! One row per app or web session: what the device and the servers saw of it, from launch to background.

use std::collections::{HashMap, HashSet};

use super::lines::Line;
use super::purpose::Purpose;
use super::roster::Roster;
use super::windows::Windows;
use crate::tables::schema::{Column, Kind};
use crate::tables::table::Cell;

/// Columns of the `sessions` table. What must not happen (a restore that failed, a failed sign-in, no price, stale data)
/// is counted outside drills only, line by line: a drill of five minutes must not hide the rest of a long session.
pub const COLUMNS: &[Column] = &[
    ("session_key", Kind::Own),
    ("client", Kind::Own),
    ("platform", Kind::Own),
    ("tester", Kind::Own),
    ("user_key", Kind::Own),
    ("build", Kind::Own),
    ("period", Kind::Own),
    ("drill", Kind::Int), // overlaps a drill
    ("first_ts", Kind::Time),
    ("last_ts", Kind::Time),
    ("seconds", Kind::Float),
    ("on_device", Kind::Int),      // a device log covers it
    ("requests", Kind::Int),       // server lines
    ("data_ok", Kind::Int),        // of them 2xx that name an owner
    ("connects", Kind::Int),       // of its sockets, in the server's log
    ("launch_ts", Kind::Time),     // the device's launch line
    ("cold", Kind::Int),           // the app was started, not brought back
    ("fresh", Kind::Int),          // began without a stored session
    ("restored", Kind::Int),       // began from the stored session
    ("restore_failed", Kind::Int), // outside drills; also a session that was there and is gone without a sign-out
    ("signed_in", Kind::Int),
    ("sign_in_failed", Kind::Int), // outside drills, for another reason than a wrong password
    ("wrong_password", Kind::Int),
    ("login_s", Kind::Float),        // restore → first login after it, seconds
    ("chain_s", Kind::Float),        // sign-in → profile and data on screen, seconds
    ("chain_waited_s", Kind::Float), // sign-in → the last calm line in the foreground, where no overview came, seconds
    ("overview_s", Kind::Float),     // launch → overview ready, seconds
    ("waited_s", Kind::Float),       // launch → the last line in the foreground before any drill, seconds
    ("socket_s", Kind::Float),       // launch → socket connected, seconds
    ("price_s", Kind::Float),        // socket connected → first price, seconds
    ("price_most_s", Kind::Float),   // the longest of them outside drills
    ("price_none", Kind::Int),
    ("badge", Kind::Own),
    ("profile_ok", Kind::Int),
    ("blank_screens", Kind::Int),
    ("exceptions", Kind::Int),
    ("native_crashes", Kind::Int),
    ("crash_s", Kind::Float), // launch → first native crash, seconds
    ("refresh_failed", Kind::Int),
    ("refresh_ok", Kind::Int),
    ("signed_out", Kind::Int),
    ("sign_out_failed", Kind::Int), // also a session that came back after a sign-out
    ("stale", Kind::Int),
    ("degraded_s", Kind::Float),      // seconds degraded or offline outside drills
    ("degraded_most_s", Kind::Float), // the longest single one
    ("file", Kind::Own),
    ("line", Kind::Int),
];

/// Builds the rows, in order of first time.
#[must_use]
pub fn rows(lines: &[Line<'_>], roster: &Roster, windows: &Windows, wrong_password: &[String]) -> Vec<Vec<Cell>> {
    let mut order: Vec<&str> = Vec::new();
    let mut by_key: HashMap<&str, Vec<&Line<'_>>> = HashMap::new();
    let sockets = socket_sessions(lines);
    for line in lines {
        let by_socket = || line.socket.and_then(|socket| sockets.get(socket).copied());
        let Some(key) = line.session.or_else(by_socket) else { continue };
        by_key.entry(key).or_insert_with(|| {
            order.push(key);
            Vec::new()
        });
        if let Some(all) = by_key.get_mut(key) {
            all.push(line);
        }
    }
    let kept = Kept::of(lines);
    let context = Context { roster, windows, wrong_password, kept: &kept };
    order.iter().filter_map(|key| Some(context.row(key, by_key.get(key)?))).collect()
}

/// What a session's row is made with.
struct Context<'c, 'a> {
    roster: &'c Roster,
    windows: &'c Windows,
    wrong_password: &'c [String],
    kept: &'c Kept<'a>,
}

/// Sessions that contradict what the device did before: signed in and then nothing stored, or signed out and then
/// restored.
#[derive(Default)]
struct Kept<'a> {
    lost: HashSet<&'a str>,
    revived: HashSet<&'a str>,
}

impl<'a> Kept<'a> {
    /// Follows each device from launch to launch. A new install or another build may well begin without a session.
    fn of(lines: &[Line<'a>]) -> Self {
        let mut kept = Kept::default();
        let mut before: HashMap<&str, (Option<bool>, Option<&str>)> = HashMap::new();
        for line in lines.iter().filter(|l| l.tier == "device") {
            let (signed_in, build) = before.entry(line.file).or_default();
            match line.event {
                "auth.no_session" if *signed_in == Some(true) && *build == line.build => {
                    kept.lost.extend(line.session);
                    *signed_in = None;
                }
                "auth.restored" if *signed_in == Some(false) => kept.revived.extend(line.session),
                "auth.signed_in" | "auth.restored" => *signed_in = Some(true),
                "auth.signed_out" => *signed_in = Some(false),
                // Whoever was refused a refresh has to sign in again: the token ended, the store did not lose it.
                "auth.sign_in_failed" => {
                    // Where signing in fails too, that is the fault to name; the store may be sound.
                    if let Some(key) = line.session {
                        kept.lost.remove(key);
                    }
                    *signed_in = None;
                }
                "app.installed" | "auth.no_session" | "auth.refresh_failed" => *signed_in = None,
                _ => {}
            }
            *build = line.build.or(*build);
        }
        kept
    }
}

/// Which session a socket belongs to, as the device's connect lines tell.
fn socket_sessions<'a>(lines: &[Line<'a>]) -> HashMap<&'a str, &'a str> {
    let device = lines.iter().filter(|l| l.tier == "device");
    device.filter_map(|l| Some((l.socket?, l.session?))).collect()
}

impl Context<'_, '_> {
    fn row(&self, key: &str, all: &[&Line<'_>]) -> Vec<Cell> {
        let (roster, windows) = (self.roster, self.windows);
        let on_device: Vec<&Line<'_>> = all.iter().copied().filter(|l| l.tier == "device").collect();
        let server: Vec<&Line<'_>> = all.iter().copied().filter(|l| l.is_request("server")).collect();
        let tester = all.iter().find_map(|l| l.tester);
        let first = all.first().map_or(0, |l| l.ts);
        let last = all.last().map_or(first, |l| l.ts);
        let of = |name: &str| on_device.iter().filter(|l| l.event == name).count() as i64;
        let drill = windows
            .drills
            .iter()
            .any(|d| d.planned && (d.tester.is_none() || d.tester == tester) && d.from < last && first < d.to);
        let device = DeviceSession::of(&on_device, tester, self);
        let data_ok = server.iter().filter(|l| l.ok() && l.owner.is_some()).count() as i64;
        let connects = all.iter().filter(|l| l.tier == "server" && l.event == "socket.connected").count() as i64;
        let client = all.iter().find_map(|l| l.client);
        let mut cells = vec![
            Cell::from(key),
            Cell::from(client),
            Cell::from(all.iter().find_map(|l| l.platform)),
            roster.cell(tester),
            Cell::from(all.iter().find_map(|l| l.user)),
            Cell::from(all.iter().find_map(|l| l.build)),
            Cell::from(windows.period(first)),
            Cell::from(drill),
            Cell::from(first),
            Cell::from(last),
            Cell::from((last - first) as f64 / 1000.0),
            Cell::from(!on_device.is_empty()),
            Cell::from(server.len() as i64),
            Cell::from(data_ok),
            Cell::from(connects),
        ];
        cells.extend(device.cells(&of));
        let place = on_device.first().or(all.first());
        cells.push(Cell::from(place.map(|l| l.file)));
        cells.push(Cell::from(place.map(|l| l.line)));
        cells
    }
}

/// What only the device's log tells.
struct DeviceSession<'s, 'a> {
    lines: &'s [&'s Line<'a>],
    /// Of them, those outside drills.
    calm: Vec<&'s Line<'a>>,
    wrong_password: &'s [String],
    launch: Option<i64>,
    restored: Option<i64>,
    lost: bool,
    revived: bool,
    degraded: Vec<f64>,
}

impl<'s, 'a> DeviceSession<'s, 'a> {
    fn of(lines: &'s [&'s Line<'a>], tester: Option<usize>, context: &Context<'s, '_>) -> Self {
        let at = |all: &[&Line<'a>], name: &str| all.iter().find(|l| l.event == name).map(|l| l.ts);
        let calm: Vec<&Line<'a>> = lines.iter().copied().filter(|l| !context.windows.in_drill(l.ts, tester)).collect();
        let is = |set: &HashSet<&str>| lines.iter().any(|l| l.session.is_some_and(|key| set.contains(key)));
        DeviceSession {
            lines,
            launch: at(lines, "app.launch"),
            restored: at(&calm, "auth.restored"),
            lost: is(&context.kept.lost),
            revived: is(&context.kept.revived),
            degraded: degraded(lines, tester, context.windows),
            wrong_password: context.wrong_password,
            calm,
        }
    }

    /// Seconds from a time to the first line of an event behind it.
    fn after(&self, from: Option<i64>, is: impl Fn(&Line<'a>) -> bool) -> Option<f64> {
        let from = from?;
        let found = self.lines.iter().find(|l| l.ts >= from && is(l))?;
        Some((found.ts - from) as f64 / 1000.0)
    }

    fn is_wrong_password(&self, line: &Line<'a>) -> bool {
        line.reason.is_some_and(|reason| self.wrong_password.iter().any(|known| known == reason))
    }

    fn chain_s(&self) -> Option<f64> {
        let signed_in = self.lines.iter().find(|l| l.event == "auth.signed_in")?.ts;
        let profile = self.after(Some(signed_in), |l| l.event == "request" && l.ok() && is_profile(l))?;
        let overview = self.after(Some(signed_in), |l| l.event == "overview.ready")?;
        Some(profile.max(overview))
    }

    /// How long the app could be watched since a time: to the first drill, or the background.
    fn watched_s(&self, from: i64) -> f64 {
        let calm: HashSet<usize> = self.calm.iter().map(|l| l.row).collect();
        let since = self.lines.iter().filter(|l| l.ts >= from);
        let watched = since.take_while(|l| calm.contains(&l.row) && l.event != "app.background");
        (watched.map(|l| l.ts).max().unwrap_or(from) - from) as f64 / 1000.0
    }

    fn chain_waited_s(&self) -> Option<f64> {
        let signed_in = self.calm.iter().find(|l| l.event == "auth.signed_in")?.ts;
        let came = self.lines.iter().any(|l| l.event == "overview.ready");
        (!came).then(|| self.watched_s(signed_in))
    }

    fn price_most_s(&self) -> Option<f64> {
        let prices = self.calm.iter().filter(|l| l.event == "price.first");
        prices.filter_map(|l| l.ms).reduce(f64::max).map(|ms| ms / 1000.0)
    }

    fn cells(&self, of: &impl Fn(&str) -> i64) -> Vec<Cell> {
        let failed = |wrong: bool| {
            let is = |l: &&&Line<'a>| l.event == "auth.sign_in_failed" && self.is_wrong_password(l) == wrong;
            self.calm.iter().filter(is).count() as i64
        };
        let is_refresh = |l: &&&Line<'a>| l.event == "request" && l.ok() && l.purpose == Some(Purpose::Refresh);
        let refreshed = self.lines.iter().filter(is_refresh).count() as i64;
        let first = |name: &str| self.lines.iter().find(|l| l.event == name);
        let calm = |name: &str| self.calm.iter().filter(|l| l.event == name).count() as i64;
        let cold = first("app.launch").is_some_and(|l| l.reason == Some("true"));
        let sockets = |l: &Line<'a>| l.event == "socket.connected" || l.event == "socket.reconnected";
        let is_login = |l: &Line<'a>| l.event == "request" && l.purpose == Some(Purpose::SignIn);
        vec![
            Cell::from(self.launch),
            Cell::from(cold),
            Cell::from(of("auth.no_session")),
            Cell::from(of("auth.restored")),
            Cell::from(calm("auth.restore_failed") + i64::from(self.lost)),
            Cell::from(of("auth.signed_in")),
            Cell::from(failed(false)),
            Cell::from(failed(true)),
            Cell::from(self.after(self.restored, is_login)),
            Cell::from(self.chain_s()),
            Cell::from(self.chain_waited_s()),
            Cell::from(self.after(self.launch, |l| l.event == "overview.ready")),
            Cell::from(self.launch.map(|launch| self.watched_s(launch))),
            Cell::from(self.after(self.launch, sockets)),
            Cell::from(first("price.first").and_then(|l| l.ms).map(|ms| ms / 1000.0)),
            Cell::from(self.price_most_s()),
            Cell::from(calm("price.none")),
            Cell::from(first("overview.ready").and_then(|l| l.reason)),
            Cell::from(self.lines.iter().filter(|l| l.event == "request" && l.ok() && is_profile(l)).count() as i64),
            Cell::from(of("nav.blank_screen")),
            Cell::from(of("app.exception")),
            Cell::from(of("app.native_crash")),
            Cell::from(self.after(self.launch, |l| l.event == "app.native_crash")),
            Cell::from(of("auth.refresh_failed")),
            Cell::from(refreshed),
            Cell::from(of("auth.signed_out")),
            Cell::from(of("auth.sign_out_failed") + i64::from(self.revived)),
            Cell::from(calm("positions.stale")),
            Cell::from(self.degraded.iter().sum::<f64>()),
            Cell::from(self.degraded.iter().copied().fold(0.0, f64::max)),
        ]
    }
}

fn is_profile(line: &Line<'_>) -> bool {
    line.purpose == Some(Purpose::Profile)
}

/// Seconds of each degraded or offline stretch outside drills, until the app was online again or in the background.
fn degraded(lines: &[&Line<'_>], tester: Option<usize>, windows: &Windows) -> Vec<f64> {
    let mut stretches = Vec::new();
    let mut since: Option<i64> = None;
    for line in lines {
        match line.event {
            "net.degraded" | "net.offline" if !windows.in_drill(line.ts, tester) => {
                since = since.or(Some(line.ts));
            }
            "net.online" | "app.background" | "app.launch" => {
                stretches.extend(since.take().map(|from| (line.ts - from) as f64 / 1000.0));
            }
            _ => {}
        }
    }
    stretches.extend(since.zip(lines.last()).map(|(from, last)| (last.ts - from) as f64 / 1000.0));
    stretches
}
