package balance

import "math"

const (
	// rampStepMs is how old the weights of a slow start may be.
	rampStepMs  = 100
	leastRamp   = 0.1
	overprovide = 1.4
)

// table is what may be drawn from: one part, or two where the client's own
// zone is not strong enough for all of its calls.
type table struct {
	near, far part
	// share of the calls that stay near; 1 where nothing is drawn.
	share float64
	// until is when time alone makes another table of it.
	until float64
}

// choose finds the node for one pick; nil when none is left.
func (b *Balancer) choose(now float64, choice Choice) *Node {
	if b.dirty || now >= b.table.until {
		b.look(now)
		b.fill(&b.table, now, nil)
		b.dirty = false
	}
	from := &b.table
	if choice.Skip != nil {
		from = &table{near: part{scratch: true}, far: part{scratch: true}}
		b.fill(from, now, choice.Skip)
	}
	p := &from.near
	if from.share < 1 && b.config.Random() >= from.share {
		p = &from.far
	}
	if len(p.nodes) == 0 {
		return nil
	}
	return b.chooseFrom(p, now, choice)
}

func (b *Balancer) chooseFrom(p *part, now float64, choice Choice) *Node {
	random := b.config.Random
	switch b.config.Method {
	case RoundRobin:
		at := 0
		if b.turn == "" {
			at = min(int(random()*float64(len(p.nodes))), len(p.nodes)-1)
		} else {
			at = p.after(b.turn)
		}
		b.turn = p.nodes[at].instance
		return p.nodes[at]
	case Weighted:
		return p.nodes[p.draw(random()*p.total)]
	case ConsistentHash:
		if choice.Hashed {
			return b.view.ring.pick(p, choice.HashKey, b.config.HashLoadFactor)
		}
		return p.nodes[p.draw(random()*p.total)]
	}
	return b.cheaper(p, now)
}

// cheaper is the power of two choices (Mitzenmacher 2001).
func (b *Balancer) cheaper(p *part, now float64) *Node {
	i, j := p.drawTwo(b.config.Random)
	first := p.nodes[i]
	if j < 0 {
		return first
	}
	second := p.nodes[j]
	if second.beats(first, b.config.Method, now) {
		return second
	}
	return first
}

// fill narrows the list to what may be drawn from (section 3.1).
func (b *Balancer) fill(t *table, now float64, skip func(*Node) bool) {
	t.near.reset()
	t.far.reset()
	t.share, t.until = 1, b.nextChange(now)
	if skip == nil {
		for _, node := range b.view.nodes {
			node.part = nil
		}
	}
	candidates := b.candidates(now, skip)
	allNew := b.allNew(now)
	zones := b.splits(candidates)
	ramping := false
	for _, node := range candidates.nodes {
		plain := float64(node.weight)
		if candidates.weightless {
			plain = 1
		}
		w := plain
		if !allNew && b.ramping(node, now) {
			w *= math.Max(leastRamp, (now-node.bornAt)/b.config.SlowStartMs)
			ramping = true
		}
		if zones && node.zone != b.config.Zone {
			t.far.add(node, w, plain)
		} else {
			t.near.add(node, w, plain)
		}
	}
	if ramping || allNew {
		t.until = math.Min(t.until, now+rampStepMs)
	}
	if zones {
		t.share = math.Min(1, overprovide*t.near.plain/math.Max(b.view.zoneWeight, 1))
	}
}

type candidates struct {
	nodes []*Node
	// weightless: all of them have weight 0, which counts as 1 then.
	weightless bool
}

func (b *Balancer) candidates(now float64, skip func(*Node) bool) candidates {
	available := 0
	for _, node := range b.view.nodes {
		if b.available(node, now) {
			available++
		}
	}
	panics := float64(available) < b.config.PanicThreshold*float64(len(b.view.nodes))
	var left, good, weighty []*Node
	for _, node := range b.view.nodes {
		if skip != nil && skip(node) {
			continue
		}
		left = append(left, node)
		if panics || b.available(node, now) {
			good = append(good, node)
		}
	}
	if len(good) == 0 {
		good = left
	}
	for _, node := range good {
		if node.weight > 0 {
			weighty = append(weighty, node)
		}
	}
	if len(weighty) == 0 {
		return candidates{good, true}
	}
	return candidates{weighty, false}
}

// splits tells whether there are endpoints in the client's zone and elsewhere.
func (b *Balancer) splits(c candidates) bool {
	if b.config.Zone == "" {
		return false
	}
	near := 0
	for _, node := range c.nodes {
		if node.zone == b.config.Zone {
			near++
		}
	}
	return near > 0 && near < len(c.nodes)
}

func (b *Balancer) ramping(node *Node, now float64) bool {
	return node.isNew && now-node.bornAt < b.config.SlowStartMs
}

// allNew tells whether every endpoint is, so that none is.
func (b *Balancer) allNew(now float64) bool {
	for _, node := range b.view.nodes {
		if !b.ramping(node, now) {
			return false
		}
	}
	return len(b.view.nodes) > 0
}

func (b *Balancer) available(node *Node, now float64) bool {
	return !node.record.Ejected() && (b.config.Breaker == nil || node.breaker.Available()) && node.pausedUntil <= now
}
