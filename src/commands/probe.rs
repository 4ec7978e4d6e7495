//! Live probes as a command.

use super::Session;
use super::talk::say;
use crate::cli;
use crate::config::Overrides;
use crate::exit::Exit;
use crate::pipeline::Probing;
use crate::render::terminal::probing;

pub(super) fn probe(session: &Session<'_>, args: &cli::Probe) -> anyhow::Result<Exit> {
    let run = session.run(&Overrides::default(), false)?;
    let ask = Probing {
        names: args.names.clone(),
        vantage: args.vantage.clone(),
        watch: args.watch,
        again: args.every.zip(args.lasting),
    };
    let (mut faults, mut missing) = (0, 0);
    run.probe(&ask, session.clock, |round| {
        for one in round {
            match one {
                Ok(line) => {
                    faults += usize::from(!line.result.is_good());
                    say(&if args.json { probing::json(line)? } else { probing::render(line, session.paint) })?;
                }
                Err(why) => {
                    missing += 1;
                    session.talk.line(&format!("error: {why}"));
                }
            }
        }
        Ok(())
    })?;
    if missing > 0 {
        return Ok(Exit::Usage);
    }
    Ok(if args.strict && faults > 0 { Exit::SourceFailed } else { Exit::Done })
}
