package balance

// Update takes the list of now: all registered members, in any order. What is
// known of one lasts while it is registered under its id, also while it may not
// be chosen; its age counts from when it was first usable.
func (b *Balancer) Update(members []Member, now float64) {
	b.updating.Lock()
	defer b.updating.Unlock()
	usable := make([]Member, 0, len(members))
	known := make(map[string]*Node, len(members))
	for _, member := range members {
		node := b.byInstance[member.Instance]
		if node != nil && node.id != member.ID {
			node = nil
		}
		if member.Usable {
			usable = append(usable, member)
			if node == nil {
				node = &Node{id: member.ID, instance: member.Instance, bornAt: now, isNew: b.listed}
			}
		}
		if node != nil {
			known[member.Instance] = node
		}
	}
	sortByInstance(usable)
	chosen := subset(usable, b.config.SubsetSize, b.config.Owner)
	nodes := make([]*Node, len(chosen))
	for i, member := range chosen {
		nodes[i] = known[member.Instance]
	}
	next := view{nodes: nodes, zoneWeight: b.zoneWeight(members, chosen)}
	if b.config.Method == ConsistentHash {
		next.ring = newRing(nodes)
	}
	left := b.byInstance
	b.byInstance, b.listed = known, true
	b.swap(next, chosen, left)
}

// swap puts the new list in place of the old one.
func (b *Balancer) swap(next view, chosen []Member, before map[string]*Node) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, node := range before {
		if b.byInstance[name] != node {
			node.gone = true
		}
		// Those that may be drawn from are found anew.
		node.part, node.scratch = nil, nil
	}
	for i, node := range next.nodes {
		node.Value, node.weight, node.zone = chosen[i].Value, chosen[i].Weight, chosen[i].Zone
	}
	b.view = next
	b.dirty = true
}

// zoneWeight is the weight of all active endpoints in the client's own zone,
// whatever their health. A subset is measured against itself, for of the others
// nothing would ever be available.
func (b *Balancer) zoneWeight(members, chosen []Member) float64 {
	if b.config.Zone == "" {
		return 0
	}
	counted := members
	if b.config.SubsetSize > 0 {
		counted = chosen
	}
	sum := 0.0
	for _, member := range counted {
		if member.Active && member.Zone == b.config.Zone {
			sum += float64(member.Weight)
		}
	}
	return sum
}
