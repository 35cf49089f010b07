//! The chains of references as a tree. It grows downward on the screen, to the tags.

use super::super::chains::{Chains, Leaf, Node, Via};
use super::super::words::short;
use crate::report::Palette;
use crate::report::text::fit::{self, WIDTH};
use crate::report::text::palette::paint;
use crate::report::text::units::counted;

/// The tree; nothing if nothing refers to the digest.
pub(super) fn lines(chains: &Chains, palette: &Palette) -> Vec<String> {
    let Some(ends_in) = chains.ends_in else {
        return Vec::new();
    };
    let (heading, noun) = match ends_in {
        Leaf::Tag => ("Needed by", "more tag"),
        Leaf::Revision => ("Needed by", "more revision link"),
        Leaf::Kept => ("Needed by", "more kept digest"),
        Leaf::Top => ("Referred to by", "more manifest"),
    };
    let mut lines = Vec::new();
    draw(&chains.tree, ends_in, "", &mut lines);
    if chains.left_out > 0 {
        let others = counted(chains.left_out, noun);
        lines.push(paint(palette.quiet, &format!("… and {others}")));
    }
    if !lines.is_empty() {
        lines.insert(0, paint(palette.heading, heading));
    }
    lines
}

/// What stands above a node. The tree has so few nodes that its depth is no matter.
fn draw(node: &Node, ends_in: Leaf, trunk: &str, lines: &mut Vec<String>) {
    let leaves = node.leaves.iter().map(|leaf| (leaf_text(leaf, ends_in), None));
    let above = node.above.iter().map(|node| (node_text(node), Some(node)));
    let mut branches = leaves.chain(above).peekable();
    while let Some((text, node)) = branches.next() {
        let (branch, next) =
            if branches.peek().is_some() { ("├─ ", "│  ") } else { ("└─ ", "   ") };
        let room = WIDTH.saturating_sub(fit::width(trunk) + fit::width(branch));
        lines.push(format!("{trunk}{branch}{}", fit::name(&text, room)));
        if let Some(node) = node {
            draw(node, ends_in, &format!("{trunk}{next}"), lines);
        }
    }
}

fn leaf_text(leaf: &str, ends_in: Leaf) -> String {
    match (ends_in, leaf.split_once('@')) {
        (Leaf::Revision, Some((repository, _))) => format!("revision link in {repository}"),
        _ => format!("tag {leaf}"),
    }
}

fn node_text(node: &Node) -> String {
    let digest = short(&node.digest);
    let kind = node.kind.as_str();
    match (node.via, &node.platform) {
        (Some(Via::Config), _) => format!("config of {kind} {digest}"),
        (Some(Via::Layer), _) => format!("layer of {kind} {digest}"),
        (Some(Via::Entry) | None, None) => format!("entry of {kind} {digest}"),
        (Some(Via::Entry) | None, Some(platform)) => {
            format!("entry for {platform} of {kind} {digest}")
        }
        (Some(Via::Referrer), _) => format!("about {kind} {digest}, which keeps it"),
        (Some(Via::Signature), _) => format!("signature of {kind} {digest}"),
        (Some(Via::Alias), _) => format!("by its other name {digest}"),
    }
}
