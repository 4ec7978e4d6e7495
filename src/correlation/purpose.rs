//! What a request is for, told by how its route ends; the routes of an app are parameters.

use crate::config::Params;

/// A purpose that correlation looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    SignIn,
    Refresh,
    Profile,
    /// The book that a device renders.
    Positions,
}

impl Purpose {
    /// The word in tables.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Purpose::SignIn => "sign_in",
            Purpose::Refresh => "refresh",
            Purpose::Profile => "profile",
            Purpose::Positions => "positions",
        }
    }
}

/// Endings of routes, by purpose.
#[derive(Debug, Clone)]
pub struct Routes([(Purpose, String); 4]);

impl Routes {
    /// The routes of a run.
    #[must_use]
    pub fn of(params: &Params) -> Self {
        Routes([
            (Purpose::SignIn, params.text("sign-in-route")),
            (Purpose::Refresh, params.text("refresh-route")),
            (Purpose::Profile, params.text("profile-route")),
            (Purpose::Positions, params.text("positions-route")),
        ])
    }

    /// The purpose of a route; an empty parameter names none.
    #[must_use]
    pub fn purpose(&self, route: &str) -> Option<Purpose> {
        let ends = |(_, end): &&(Purpose, String)| !end.is_empty() && route.ends_with(end.as_str());
        self.0.iter().find(ends).map(|(purpose, _)| *purpose)
    }
}
