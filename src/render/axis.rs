//! Scales, ticks and text of charts, as SVG strings.

use std::fmt::Write;

use jiff::Timestamp;

use crate::config::Window;

/// A drawing being written.
pub struct Drawing {
    body: String,
}

/// Horizontal place of times.
#[derive(Debug, Clone, Copy)]
pub struct TimeScale {
    pub window: Window,
    pub left: f64,
    pub right: f64,
}

/// Vertical place of values, from zero.
#[derive(Debug, Clone, Copy)]
pub struct ValueScale {
    pub top: f64,
    pub bottom: f64,
    pub most: f64,
    pub step: f64,
}

impl TimeScale {
    /// Place of a time, kept inside.
    #[must_use]
    pub fn x(&self, at: Timestamp) -> f64 {
        let all = (self.window.to_ms() - self.window.from_ms()).max(1) as f64;
        let part = (at.as_millisecond() - self.window.from_ms()) as f64 / all;
        self.left + part.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Midnights (UTC) inside, the window's start first.
    #[must_use]
    pub fn days(&self) -> Vec<Timestamp> {
        let day = 86_400_000;
        let first = self.window.from_ms().div_euclid(day) * day;
        let starts = (0..400).map(|n| first + n * day).take_while(|ms| *ms < self.window.to_ms());
        starts.filter_map(|ms| Timestamp::from_millisecond(ms.max(self.window.from_ms())).ok()).collect()
    }
}

impl ValueScale {
    /// A scale from zero to a round number above `most`, with at most four steps.
    #[must_use]
    pub fn to(most: f64, top: f64, bottom: f64) -> Self {
        let most = if most > 0.0 { most } else { 1.0 };
        let rough = most / 4.0;
        let power = 10f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 2.5, 5.0, 10.0].iter().map(|m| m * power).find(|s| s * 4.0 >= most).unwrap_or(10.0 * power);
        ValueScale { top, bottom, most: (most / step).ceil() * step, step }
    }

    /// Place of a value.
    #[must_use]
    pub fn y(&self, value: f64) -> f64 {
        self.bottom - (value / self.most).clamp(0.0, 1.0) * (self.bottom - self.top)
    }

    /// Values with a grid line.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        let n = (self.most / self.step).round() as usize;
        (0..=n).map(|at| at as f64 * self.step).collect()
    }
}

impl Drawing {
    /// Nothing drawn yet.
    #[must_use]
    pub fn new() -> Self {
        Drawing { body: String::new() }
    }

    /// A straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let _ = writeln!(
            self.body,
            r#"<line x1="{:.1}" y1="{:.1}" x2="{:.1}" y2="{:.1}" {style}/>"#,
            from.0, from.1, to.0, to.1
        );
    }

    /// A rectangle; nothing where it has no extent.
    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, style: &str) {
        if width > 0.0 && height > 0.0 {
            let _ =
                writeln!(self.body, r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" {style}/>"#);
        }
    }

    /// A dot.
    pub fn dot(&mut self, x: f64, y: f64, radius: f64, style: &str) {
        let _ = writeln!(self.body, r#"<circle cx="{x:.1}" cy="{y:.1}" r="{radius}" {style}/>"#);
    }

    /// A path.
    pub fn path(&mut self, d: &str, style: &str) {
        if !d.is_empty() {
            let _ = writeln!(self.body, r#"<path d="{d}" {style}/>"#);
        }
    }

    /// Text; data, never markup.
    pub fn text(&mut self, x: f64, y: f64, anchor: &str, style: &str, text: &str) {
        let text = escape(text);
        let _ = writeln!(self.body, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" {style}>{text}</text>"#);
    }

    /// The whole picture, with its title and description for those who cannot see it.
    #[must_use]
    pub fn finish(self, width: f64, height: f64, title: &str, description: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
             font-family=\"'IBM Plex Sans', 'DejaVu Sans', sans-serif\">\n<title>{}</title>\n<desc>{}</desc>\n\
             <defs><pattern id=\"gap\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
             <rect width=\"5\" height=\"5\" fill=\"#ffffff\"/><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"5\" stroke=\"#565E68\" stroke-width=\"1.2\"/></pattern></defs>\n{}</svg>\n",
            escape(title),
            escape(description),
            self.body
        )
    }
}

impl Default for Drawing {
    fn default() -> Self {
        Self::new()
    }
}

/// Text inside XML.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in super::text::clean(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    out
}
