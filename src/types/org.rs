//! Organisations.

use serde::{Deserialize, Serialize};

use super::Node;

/// An organisation: a tree of nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Org {
    /// The id.
    pub id: String,
    /// The root of the tree.
    pub root_node: Node,
    /// All nodes, the root included, in the service's order.
    pub nodes: Vec<Node>,
}

/// A node with the nodes below it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OrgTree {
    /// The node.
    pub node: Node,
    /// The trees below it, in the order of [`Node::children`].
    pub children: Vec<OrgTree>,
}

impl Org {
    /// The organisation as a tree.
    ///
    /// A node that the answer names as a child and does not have is left out, and no node comes
    /// twice, so that a broken answer makes no endless tree.
    pub fn tree(&self) -> OrgTree {
        let mut seen = vec![self.root_node.id.as_str()];
        self.below(&self.root_node, &mut seen)
    }

    fn below<'a>(&'a self, node: &'a Node, seen: &mut Vec<&'a str>) -> OrgTree {
        let mut children = Vec::new();
        for id in &node.children {
            let child = self.nodes.iter().find(|child| child.id == *id);
            if let Some(child) = child.filter(|child| !seen.contains(&child.id.as_str())) {
                seen.push(&child.id);
                children.push(self.below(child, seen));
            }
        }
        OrgTree { node: node.clone(), children }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_organisation_becomes_a_tree_in_the_order_of_its_children() {
        let node =
            |id: &str, children: &[&str]| json!({"id": id, "name": id, "children": children});
        let root = node("root", &["b", "a", "gone"]);
        // One node claims the root as its child.
        let nodes = [root.clone(), node("a", &["c"]), node("b", &["root"]), node("c", &[])];
        let org = json!({"id": "org", "rootNode": root, "nodes": nodes});
        let tree = serde_json::from_value::<Org>(org).unwrap().tree();
        let names = |tree: &OrgTree| {
            tree.children.iter().map(|child| child.node.id.clone()).collect::<Vec<_>>()
        };
        assert_eq!(names(&tree), ["b", "a"]);
        assert_eq!(names(&tree.children[0]), [""; 0]);
        assert_eq!(names(&tree.children[1]), ["c"]);
    }
}
