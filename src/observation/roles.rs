//! Which source plays which part, found in what it holds.

use std::collections::{BTreeMap, HashSet};

use super::seen::{Line, Seen};
use crate::config::RunPlan;
use crate::tables::schema::TableName;

impl<'a> Seen<'a> {
    /// Which sources play which part, found in what they hold: the service that signs people in, the one that
    /// serves the app's data, the gateway before it, the devices.
    pub(super) fn roles(&self, plan: &RunPlan) -> BTreeMap<String, Vec<String>> {
        let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut routes: BTreeMap<(&str, &str), (u64, u64)> = BTreeMap::new();
        for line in self.lines.iter().filter(|l| l.is_request || l.tier == "device") {
            let count = routes.entry((line.source, line.tier)).or_default();
            count.0 += u64::from(line.route.starts_with(&self.auth_routes));
            count.1 += u64::from(line.owner || line.tier != "server");
        }
        for ((source, tier), (auth, data)) in routes {
            let role = match tier {
                "device" => "logs.device",
                "gateway" => "logs.gateway",
                _ if data > 0 => "logs.api",
                _ if auth > 0 => "logs.auth",
                _ => "logs.other",
            };
            roles.entry(role.to_owned()).or_default().push(source.to_owned());
        }
        // The gateway that counts is the one before the service of the data.
        let api: HashSet<&str> = self.requests_of(roles.get("logs.api"));
        if let Some(gateways) = roles.get_mut("logs.gateway") {
            let ids = |name: &String| {
                let of = self.lines.iter().filter(|l| l.source == name && l.request.is_some_and(|r| api.contains(r)));
                of.count()
            };
            let mut counted: Vec<(usize, String)> = gateways.iter().map(|name| (ids(name), name.clone())).collect();
            counted.sort();
            *gateways = counted.pop().filter(|(n, _)| *n > 0).map(|(_, name)| name).into_iter().collect();
        }
        for source in &plan.sources {
            if source.table != TableName::Logs {
                roles.entry(source.table.name().to_owned()).or_default().push(source.name.clone());
            }
        }
        roles
    }

    fn requests_of(&self, sources: Option<&Vec<String>>) -> HashSet<&'a str> {
        let is = |l: &&Line<'a>| sources.is_some_and(|all| all.iter().any(|s| s == l.source));
        self.lines.iter().filter(is).filter_map(|l| l.request).collect()
    }
}
