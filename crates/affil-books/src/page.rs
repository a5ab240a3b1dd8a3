//! Statements as one page that loads nothing and, with the engine in it, checks itself.
//!
//! This module must never know whether a statement is right.

use affil::{Proof, StatementDocument};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

/// The page, with `{{name}}` where something is to be put in.
const PAGE: &str = include_str!("page.html");

/// What a page needs to check what it shows: the proof, and the engine for browsers.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The proof of the statements' affiliate.
    pub proof: &'a Proof,
    /// The engine's script, `engine.js` of the package for browsers.
    pub script: &'a str,
    /// The engine's module, `affil.wasm` of that package.
    pub module: &'a [u8],
}

/// The statements of one affiliate, in the order of their months, as a page for a browser: one file, which loads nothing and
/// sends nothing. With `checked` it settles again what it shows and says whether all agree; without, it says that it is not
/// checked.
///
/// ```
/// let statement = r#"{"schema":"affil-statement/1","affiliate":"</script>","month":"2026-03","currency":"EUR",
///   "plan":"f00d","opening":"0.00","entries":[],"closing":"0.00",
///   "balances":{"pending":"0.00","approved":"0.00","payable":"0.00","reserve":"0.00"},"previous":null,"hash":"cafe"}"#;
/// let statements = affil::StatementDocument::list_from_json(statement).unwrap();
/// let page = affil_books::page(&statements, None);
/// // Nothing in a statement can end the script that it stands in.
/// assert!(page.contains(r#""affiliate":"\u003c/script>""#));
/// ```
pub fn page(statements: &[StatementDocument], checked: Option<Checked<'_>>) -> String {
    let proof = checked.map_or_else(|| "null".to_owned(), |checked| in_script(&checked.proof.to_json()));
    let script = checked.map(|checked| script(checked.script)).unwrap_or_default();
    let module = checked.map(|checked| STANDARD.encode(checked.module)).unwrap_or_default();
    let statements = in_script(&json(&statements));
    filled(&[("statements", &statements), ("proof", &proof), ("wasm", &module), ("engine", &script)])
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// JSON that can stand in a script: `<` is found only in its texts.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c")
}

/// A script that nothing in it ends: `<\/` and `<\!` mean the same in a text of JavaScript.
fn script(text: &str) -> String {
    let small = text.to_ascii_lowercase();
    let mut safe = String::with_capacity(text.len());
    for (at, letter) in text.char_indices() {
        safe.push(letter);
        // Browsers look for the end in any case.
        let ends = ["</script", "<!--"].iter().any(|end| small.get(at..).is_some_and(|rest| rest.starts_with(end)));
        if ends {
            safe.push('\\');
        }
    }
    safe
}

/// The page with all places filled, none of them in what is put in.
fn filled(parts: &[(&str, &str)]) -> String {
    let mut page = String::new();
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        page.push_str(before);
        let Some((name, after)) = after.split_once("}}") else {
            rest = after;
            break;
        };
        page.push_str(parts.iter().find(|(known, _)| *known == name).map(|(_, text)| *text).unwrap_or_default());
        rest = after;
    }
    page + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_filled_once() {
        let parts = [("statements", "{{proof}}"), ("proof", "P"), ("wasm", "W"), ("engine", "E")];
        let page = filled(&parts);
        // What is put in is never looked into.
        assert_eq!((page.matches("{{proof}}").count(), page.matches("{{").count()), (1, 1));
        assert!(page.contains(r#"id="proof">P</script>"#) && page.contains(r#"id="wasm">W</script>"#));
        assert!(page.contains("id=\"engine\">E\n"));
    }

    #[test]
    fn a_script_cannot_be_ended_from_inside() {
        assert_eq!(script(r#"a < b; a("</Script><!--")"#), r#"a < b; a("<\/Script><\!--")"#);
        assert_eq!(in_script(r#"["<!--</script>"]"#), r#"["\u003c!--\u003c/script>"]"#);
        let read: Vec<String> = serde_json::from_str(&in_script(r#"["<!--</script>"]"#)).unwrap();
        assert_eq!(read, ["<!--</script>"]);
    }

    #[test]
    fn the_page_loads_nothing() {
        for word in ["http:", "https:", "src=", "href=", "import(", "fetch("] {
            assert!(!PAGE.contains(word), "{word}");
        }
        assert!(PAGE.contains("default-src 'none'"));
    }
}
