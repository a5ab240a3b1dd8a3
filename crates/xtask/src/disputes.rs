//! The table and the diagram of disputes in `docs/disputes.md`, made from the engine's one table.
//! It must never know what a step means.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use affil::dispute::{ActionKind, Actor, Cell, Next, Starts, State, cell, choices_of_silence};
use anyhow::{Context, Result};

use crate::documents::File;
use crate::workspace::Workspace;

/// The page, with what is generated in it made anew.
pub(crate) fn page(workspace: &Workspace) -> Result<Vec<File>> {
    let path = workspace.path("docs/disputes.md");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(vec![(path, filled(&text)?)])
}

fn filled(text: &str) -> Result<String> {
    let text = between(text, "steps", &steps())?;
    let text = between(&text, "refusals", &refusals())?;
    between(&text, "diagram", &diagram())
}

/// The text with `content` between the two markers of this name.
fn between(text: &str, name: &str, content: &str) -> Result<String> {
    let (begin, end) = (format!("<!-- generated: {name} -->\n"), format!("<!-- end: {name} -->\n"));
    let (before, rest) = text.split_once(&begin).with_context(|| format!("no marker `{}`", begin.trim()))?;
    let (_, after) = rest.split_once(&end).with_context(|| format!("no marker `{}`", end.trim()))?;
    Ok([before, &begin, "\n", content, "\n", &end, after].concat())
}

/// Every state, and before any.
fn states() -> impl Iterator<Item = Option<State>> {
    std::iter::once(None).chain(State::ALL.iter().copied().map(Some))
}

fn name(state: Option<State>) -> String {
    state.map_or_else(|| "–".to_owned(), |state| format!("`{}`", state.as_str()))
}

fn names(actors: &[Actor]) -> String {
    actors.iter().map(|actor| actor.as_str()).collect::<Vec<_>>().join(", ")
}

fn steps() -> String {
    let mut page = String::from("| state | action | who | then | deadline |\n|---|---|---|---|---|\n");
    for (state, action) in states().flat_map(|state| ActionKind::ALL.iter().map(move |action| (state, *action))) {
        let Cell::May { actors, next, in_one_instance } = cell(state, action) else { continue };
        let (mut then, deadline) = match next {
            Next::To(state, starts) => (name(Some(state)), starts_words(starts)),
            Next::BySilence(of) => (silence_words(of), String::new()),
        };
        if let Some(code) = in_one_instance {
            let _ = write!(then, " (with `instances = 1`: `{code}`)");
        }
        let (state, who) = (name(state), names(actors));
        let _ = writeln!(page, "| {state} | `{}` | {who} | {then} | {deadline} |", action.as_str());
    }
    page
}

fn starts_words(starts: Starts) -> String {
    match (starts, starts.key()) {
        (Starts::Kept, _) => "goes on".to_owned(),
        (_, Some(key)) => format!("`{key}`"),
        (_, None) => "none".to_owned(),
    }
}

/// "by `silence.merchant`: `uphold` → `upheld`; `reject` → `rejected` (`appeal_within`)".
fn silence_words(of: Actor) -> String {
    let choice = |(word, state, starts): (&str, State, Starts)| {
        let deadline = starts.key().map(|key| format!(" (`{key}`)")).unwrap_or_default();
        format!("`{word}` → {}{deadline}", name(Some(state)))
    };
    let choices: Vec<String> = choices_of_silence(of).into_iter().map(choice).collect();
    format!("by `silence.{}`: {}", of.as_str(), choices.join("; "))
}

fn refusals() -> String {
    let mut page = String::from("| state | refused |\n|---|---|\n");
    for state in states() {
        let mut codes: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for action in ActionKind::ALL {
            if let Cell::Refused(code) = cell(state, *action) {
                codes.entry(code.as_str()).or_default().push(format!("`{}`", action.as_str()));
            }
        }
        let told: Vec<String> =
            codes.into_iter().map(|(code, actions)| format!("{}: `{code}`", actions.join(", "))).collect();
        let _ = writeln!(page, "| {} | {} |", name(state), told.join("; "));
    }
    page
}

fn diagram() -> String {
    let mut edges: Vec<((String, State), Vec<String>)> = Vec::new();
    let mut add = |from: &str, to: State, label: String| {
        let place = (from.to_owned(), to);
        match edges.iter_mut().find(|(known, _)| *known == place) {
            Some((_, labels)) => labels.push(label),
            None => edges.push((place, vec![label])),
        }
    };
    for (state, action) in states().flat_map(|state| ActionKind::ALL.iter().map(move |action| (state, *action))) {
        let from = state.map_or("[*]", State::as_str);
        match cell(state, action) {
            Cell::May { actors, next: Next::To(to, _), .. } => {
                add(from, to, format!("{} ({})", action.as_str(), names(actors)));
            }
            Cell::May { next: Next::BySilence(of), .. } => {
                for (word, to, _) in choices_of_silence(of) {
                    add(from, to, format!("silence = {word} (clock)"));
                }
            }
            Cell::Refused(_) => {}
        }
    }
    let mut page = String::from("```mermaid\nstateDiagram-v2\n");
    for ((from, to), labels) in edges {
        let _ = writeln!(page, "    {from} --> {}: {}", to.as_str(), labels.join(", "));
    }
    for state in [State::Final, State::Withdrawn, State::Expired] {
        let _ = writeln!(page, "    {} --> [*]", state.as_str());
    }
    page + "```\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page in the repository is what the engine's table says.
    #[test]
    fn the_page_is_fresh() {
        let page = include_str!("../../../docs/disputes.md");
        assert_eq!(filled(page).unwrap(), page, "run `cargo xtask generate disputes`");
    }

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let text = "a\n<!-- generated: x -->\nold\n<!-- end: x -->\nb\n";
        let new = between(text, "x", "new\n").unwrap();
        assert_eq!(new, "a\n<!-- generated: x -->\n\nnew\n\n<!-- end: x -->\nb\n");
        assert_eq!(between(&new, "x", "new\n").unwrap(), new);
        assert!(between(text, "y", "new\n").is_err());
    }
}
