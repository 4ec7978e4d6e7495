//! How a sitting begins: the launch, the sign-in or the restored session, the overview and its first price.

use super::clock::{MINUTE, SECOND, iso};
use super::session::Session;
use super::truth::{DeviceLine, Start};

impl Session<'_, '_> {
    /// The launch as the app logs it.
    pub(crate) fn launch(&mut self) {
        let visit = &self.world.visits[self.visit];
        let (build, session, start) = (visit.build.unwrap_or_default(), visit.session.clone(), visit.start);
        let person = self.world.people[self.person].clone();
        let cold = start != Start::Warm;
        let launch = format!(
            "[app] launch version=1.4.0 build={build} device=\"{}\" os=\"{}\" cold={cold} session={session}",
            person.device, person.os
        );
        self.say("LOG", launch);
        self.now += self.random.between(320, 780);
        if cold {
            self.say(
                "LOG",
                "[env] EXPO_PUBLIC_PRODUCT_ID=harbour-trading-mobile \
                 EXPO_PUBLIC_PLATFORM_URL=https://platform.harbour.example \
                 EXPO_PUBLIC_TRADING_API_URL=https://api.trading.harbour.example",
            );
        }
        if self.random.per_mille(120) {
            let text =
                "Require cycle: components/HistoryList.tsx -> components/HistoryRow.tsx -> components/HistoryList.tsx";
            let (at, tester) = (self.now, self.person);
            self.world.device.push(DeviceLine { at, tester, level: "WARN", text: text.to_owned(), timed: false });
        }
    }

    pub(crate) fn first_price(&mut self) {
        let after = self.random.between(9, 62);
        let symbol = self.random.pick(&["EUR-USD", "BTC-USD", "NVDA", "XAG-USD", "SAP", "ETH-USD"]);
        let back = self.now;
        self.now += 6 * SECOND + 160;
        self.say("LOG", format!("[trading] first price tick after {}.{}s symbol={symbol}", after / 10, after % 10));
        // The screen does not wait for prices.
        self.now = back + SECOND;
    }

    /// What the overview asks for.
    pub(crate) fn load(&mut self) {
        let began = self.now;
        let urls: &[&str] = if self.is_app() {
            &["/api/feature-flags", "/api/me/profile", "/api/positions", "/api/account", "/health/ready"]
        } else {
            &["/api/me/profile", "/api/positions", "/api/history?limit=100", "/api/account", "/api/trading-profiles"]
        };
        for url in urls {
            self.call("GET", url);
        }
        let ms = self.now - began + self.random.between(300, 1_200);
        self.now += 2;
        self.say("LOG", format!("[overview] ready badge=RUNNING health=ok in {ms}ms"));
    }

    /// From the launch to the overview.
    pub(crate) fn open(&mut self) {
        match self.world.visits[self.visit].start {
            Start::SignIn => self.sign_in(),
            Start::Cold => {
                let ms = self.random.between(80, 380);
                let user = self.world.users[self.person].clone();
                self.say("LOG", format!("[auth] session restored from SecureStore in {ms}ms user={user}"));
                self.call("POST", "/api/auth/refresh");
            }
            Start::Warm => {
                self.call("POST", "/api/auth/refresh");
            }
        }
        self.load();
        self.connect();
        self.first_price();
    }

    fn sign_in(&mut self) {
        self.say("LOG", "[auth] no stored session");
        self.say("LOG", "[nav] -> SignIn");
        self.now += self.random.between(14, 28) * SECOND;
        if self.random.per_mille(50) {
            let id = self.random.uuid();
            self.attempt(id, "POST", "/api/auth/login", Some((401, "invalid_password")));
            self.say("WARN", "[auth] sign-in failed status=401 reason=invalid_password");
            self.now += 9 * SECOND;
        }
        self.call("POST", "/api/auth/login");
        let (user, expires) = (self.world.users[self.person].clone(), iso(self.now + 30 * MINUTE));
        self.say(
            "LOG",
            format!(
                "[auth] signed in user={user} token=platform-jwt \
                 iss=https://platform.harbour.example aud=trading-mobile exp={expires}"
            ),
        );
        self.say("LOG", "[nav] -> Overview");
    }
}
