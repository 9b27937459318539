//! Strongly connected components, without recursion: a chain of ten thousand calls is an ordinary
//! program, and the native stack must not decide about it.

/// The strongly connected components of the graph with nodes `0..n_nodes`, callees first: every
/// edge leads into the same or an earlier component. (Tarjan 1972, with an explicit stack.)
pub fn components(n_nodes: usize, successors: impl Fn(usize) -> Vec<usize>) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; n_nodes];
    let mut low = vec![0; n_nodes];
    let mut on_stack = vec![false; n_nodes];
    let mut stack = Vec::new();
    let mut result = Vec::new();
    let mut next = 0;
    for root in 0..n_nodes {
        if index[root] != UNSEEN {
            continue;
        }
        let mut work: Vec<(usize, Vec<usize>, usize)> = Vec::new();
        let mut entered = Some(root);
        loop {
            if let Some(node) = entered.take() {
                index[node] = next;
                low[node] = next;
                next += 1;
                stack.push(node);
                on_stack[node] = true;
                work.push((node, successors(node), 0));
            }
            let Some((node, targets, at)) = work.last_mut() else {
                break;
            };
            let node = *node;
            if let Some(&target) = targets.get(*at) {
                *at += 1;
                if index[target] == UNSEEN {
                    entered = Some(target);
                } else if on_stack[target] {
                    low[node] = low[node].min(index[target]);
                }
                continue;
            }
            work.pop();
            if let Some((parent, _, _)) = work.last() {
                low[*parent] = low[*parent].min(low[node]);
            }
            if low[node] == index[node] {
                let start = stack.iter().rposition(|&n| n == node).unwrap_or(0);
                let component = stack.split_off(start);
                for &member in &component {
                    on_stack[member] = false;
                }
                result.push(component);
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn callees_come_first_and_cycles_stay_together() {
        // 0 → 1 → 2 → 1, 2 → 3
        let edges = [vec![1], vec![2], vec![1, 3], vec![]];
        let mut found = components(4, |n| edges[n].clone());
        for component in &mut found {
            component.sort_unstable();
        }
        assert_eq!(found, [vec![3], vec![1, 2], vec![0]]);
    }

    #[test]
    fn a_long_chain_needs_no_native_stack() {
        let n = 200_000;
        let found = components(n, |i| if i + 1 < n { vec![i + 1] } else { vec![] });
        assert_eq!(found.len(), n);
        assert_eq!(found[0], [n - 1]);
    }
}
