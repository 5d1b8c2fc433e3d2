//! Edges by node and port.

use super::{EdgeIx, NodeIx, PlanEdge, PortIx};

/// Edges grouped by node and port (compressed sparse rows).
#[derive(Debug, Default)]
pub(super) struct Adjacency {
    /// First row of each node; one more at the end.
    ports: Vec<u32>,
    /// First edge of each row; one more at the end.
    rows: Vec<u32>,
    edges: Vec<EdgeIx>,
}

impl Adjacency {
    /// Groups edges by the port at one of their ends; `ports` counts the ports of every node.
    pub(super) fn new(
        ports: &[usize],
        edges: &[PlanEdge],
        end: impl Fn(&PlanEdge) -> (NodeIx, PortIx),
    ) -> Self {
        let mut first_row = Vec::with_capacity(ports.len() + 1);
        let mut rows = 0;
        for count in ports {
            first_row.push(rows);
            rows += *count;
        }
        first_row.push(rows);
        let mut grouped: Vec<Vec<EdgeIx>> = vec![Vec::new(); rows];
        for (index, edge) in (0_u32..).zip(edges) {
            let (node, port) = end(edge);
            let row = first_row
                .get(node.0 as usize)
                .map(|row| row + usize::from(port.0));
            if let Some(row) = row.and_then(|row| grouped.get_mut(row)) {
                row.push(EdgeIx(index));
            }
        }
        let mut adjacency = Self {
            ports: first_row.into_iter().map(narrow).collect(),
            rows: Vec::with_capacity(rows + 1),
            edges: Vec::with_capacity(edges.len()),
        };
        for row in grouped {
            adjacency.rows.push(narrow(adjacency.edges.len()));
            adjacency.edges.extend(row);
        }
        adjacency.rows.push(narrow(adjacency.edges.len()));
        adjacency
    }

    pub(super) fn of_node(&self, node: NodeIx) -> &[EdgeIx] {
        let row = |at: u32| self.ports.get(at as usize).map(|row| *row as usize);
        match (row(node.0), row(node.0 + 1)) {
            (Some(first), Some(last)) => self.slice(first, last),
            _ => &[],
        }
    }

    pub(super) fn of_port(&self, node: NodeIx, port: PortIx) -> &[EdgeIx] {
        let row = |at: u32| self.ports.get(at as usize).map(|row| *row as usize);
        match (row(node.0), row(node.0 + 1)) {
            (Some(first), Some(last)) if first + usize::from(port.0) < last => {
                let at = first + usize::from(port.0);
                self.slice(at, at + 1)
            }
            _ => &[],
        }
    }

    fn slice(&self, first_row: usize, last_row: usize) -> &[EdgeIx] {
        let edge = |row: usize| self.rows.get(row).map(|edge| *edge as usize);
        match (edge(first_row), edge(last_row)) {
            (Some(from), Some(to)) => self.edges.get(from..to).unwrap_or_default(),
            _ => &[],
        }
    }
}

fn narrow(count: usize) -> u32 {
    // A document has at most 5,000 edges and some 500 nodes of a few ports.
    u32::try_from(count).unwrap_or(u32::MAX)
}
