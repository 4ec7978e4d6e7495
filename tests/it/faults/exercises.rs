//! The kill switch, the stopped backend, the blocked socket and the airplane mode gone wrong.

use crate::worldgen::clock::{MINUTE, SECOND};
use crate::worldgen::faults::{drills as fault, edit_files};
use crate::worldgen::scenario::Exercise;
use crate::worldgen::truth::Seen;

use super::harness::Case;

pub(super) fn kill_switch() -> Vec<Case> {
    vec![
        Case::new("the kill switch blocks nobody").truth(fault::never_blocked).fails(&["S4.2"]).may(&["S4.4"]),
        Case::new("one answer with data two minutes into maintenance")
            .truth(|w| fault::data_in_maintenance(w, 1, 2 * MINUTE, 1, Seen::Everywhere))
            .fails(&["S4.2"]),
        Case::new("a tester is served all through maintenance")
            .truth(|w| fault::data_in_maintenance(w, 2, 90 * SECOND, 14, Seen::Everywhere))
            .fails(&["S4.2"])
            .more(),
        Case::new("data in maintenance that only the gateway logged")
            .truth(|w| fault::data_in_maintenance(w, 3, 3 * MINUTE, 2, Seen::GatewayOnly))
            .fails(&["S4.2"]),
        Case::new("a tester is turned away and sees no maintenance screen")
            .truth(|w| fault::no_screen(w, 1))
            .fails(&["S4.2"]),
        Case::new("the app stays blocked after maintenance").truth(|w| fault::stays_blocked(w, 0)).fails(&["S4.4"]),
        Case::new("the app asks for the password after maintenance")
            .truth(|w| fault::asks_to_sign_in(w, 2, Exercise::KillSwitch, w.scenario.kill_switch.to))
            .fails(&["S4.4"]),
        Case::new("the app has to be installed again after maintenance")
            .truth(|w| fault::reinstalled(w, 2))
            .fails(&["S4.4"]),
        Case::new("the kill switch was never tried, and attested all the same")
            .scenario(|s| (s.kill_switch.from, s.kill_switch.to) = (0, 0))
            .files(|f| edit_files::drop_lines(f, "audit-events", |l| l.contains("maintenance") && l.contains("drill")))
            .fails(&["S4.2", "S4.4"])
            .may(&["G9"]),
        Case::new("maintenance ends without an event").files(|f| {
            edit_files::drop_lines(f, "audit-events", |l| l.contains("maintenance.disabled") && l.contains("mobile"));
        }),
        Case::new("no event says that the maintenance was a drill")
            .files(|f| {
                edit_files::lines(f, "audit-events", |line| {
                    vec![line.replace("\"drill\":true,", "").replace("\"drill\":true", "")]
                });
            })
            .alone()
            .may(&["G9"])
            .may(super::rates::COMPARED),
    ]
}

pub(super) fn backend_stop() -> Vec<Case> {
    let end = |w: &crate::worldgen::truth::World<'_>| w.scenario.backend_stop.to;
    vec![
        Case::new("the stopped backend is not shown as degraded")
            .truth(|w| fault::degraded_not_shown(w, 1))
            .fails(&["S4.6"]),
        Case::new("a socket is not back after the backend's restart")
            .truth(move |w| fault::socket_late(w, 3, Exercise::BackendStop, end(w), None))
            .fails(&["S4.7"]),
        Case::new("a socket is back five minutes after the backend's restart")
            .truth(move |w| fault::socket_late(w, 0, Exercise::BackendStop, end(w), Some(5 * MINUTE)))
            .fails(&["S4.7"]),
        Case::new("the app asks for the password after the backend's restart")
            .truth(move |w| fault::asks_to_sign_in(w, 1, Exercise::BackendStop, end(w)))
            .fails(&["S4.7"]),
    ]
}

pub(super) fn polling_and_offline() -> Vec<Case> {
    vec![
        Case::new("the fallback to polling is turned off").truth(|w| fault::polling_disabled(w, 1)).fails(&["S6.6"]),
        Case::new("with the socket blocked nothing is polled").truth(|w| fault::no_polling(w, 2)).fails(&["S6.6"]),
        Case::new("the socket is not back when its port is open again")
            .truth(|w| {
                let end = fault::ended(w, 2, Exercise::Polling, "port restored");
                fault::socket_late(w, 2, Exercise::Polling, end, None);
            })
            .fails(&["S6.7"]),
        Case::new("the socket is back three minutes after its port is open again")
            .truth(|w| {
                let end = fault::ended(w, 0, Exercise::Polling, "port restored");
                fault::socket_late(w, 0, Exercise::Polling, end, Some(3 * MINUTE));
            })
            .fails(&["S6.7"]),
        Case::new("airplane mode leaves no word on the screen")
            .truth(|w| fault::offline_not_shown(w, 0))
            .fails(&["S7.2"]),
        Case::new("nothing is loaded after airplane mode").truth(|w| fault::not_back_online(w, 1)).fails(&["S7.3"]),
        Case::new("the app asks for the password after airplane mode")
            .truth(|w| {
                let end = fault::ended(w, 2, Exercise::Airplane, "airplane mode off");
                fault::asks_to_sign_in(w, 2, Exercise::Airplane, end);
            })
            .fails(&["S7.3"]),
        Case::new("the socket is not back after airplane mode")
            .truth(|w| {
                let end = fault::ended(w, 0, Exercise::Airplane, "airplane mode off");
                fault::socket_late(w, 0, Exercise::Airplane, end, None);
            })
            .fails(&["S7.3"]),
        Case::new("old positions are shown in airplane mode").truth(|w| fault::stale_offline(w, 3)).fails(&["S7.4"]),
    ]
}

pub(super) fn taking_part() -> Vec<Case> {
    vec![
        Case::new("a tester says to have seen the maintenance screen and was not there")
            .truth(|w| fault::sits_out(w, 1, Exercise::KillSwitch))
            .fails(&["S4.2", "S4.4"])
            .may(&["M2"]),
        Case::new("a tester sat out the backend stop and says nothing of it")
            .truth(|w| fault::sits_out(w, 2, Exercise::BackendStop))
            .files(|f| {
                crate::worldgen::faults::paper::silent(f, "t04", "App shows a degraded/offline state");
                crate::worldgen::faults::paper::silent(f, "t04", "Restart the backend");
            })
            .open(&["S4.6", "S4.7"])
            .may(&["M2"]),
    ]
}
