package balance

import "sort"

// part holds nodes to draw from, in the order of their names, with the running
// sums of their effective weights.
type part struct {
	nodes []*Node
	sums  []float64
	total float64
	// plain is the sum of the weights without slow start.
	plain    float64
	inFlight int
	// scratch parts serve one pick: members of the lasting ones are found by
	// Node.part, of these by Node.scratch.
	scratch bool
}

func (p *part) reset() {
	p.nodes, p.sums = p.nodes[:0], p.sums[:0]
	p.total, p.plain, p.inFlight = 0, 0, 0
}

// add takes a node of effective weight w and weight plain.
func (p *part) add(n *Node, w, plain float64) {
	n.w = w
	p.total += w
	p.plain += plain
	p.inFlight += n.inFlight
	p.nodes = append(p.nodes, n)
	p.sums = append(p.sums, p.total)
	if p.scratch {
		n.scratch = p
	} else {
		n.part = p
	}
}

func (p *part) holds(n *Node) bool {
	if p.scratch {
		return n.scratch == p
	}
	return n.part == p
}

// draw answers the first index whose running sum exceeds x.
func (p *part) draw(x float64) int {
	at := sort.Search(len(p.sums), func(i int) bool { return p.sums[i] > x })
	return min(at, len(p.sums)-1)
}

// drawTwo draws by weight, and again among the others; the second is -1 when
// there is no other.
func (p *part) drawTwo(random func() float64) (first, second int) {
	first = p.draw(random() * p.total)
	if len(p.nodes) == 1 {
		return first, -1
	}
	before := 0.0
	if first > 0 {
		before = p.sums[first-1]
	}
	stretch := p.sums[first] - before
	x := random() * (p.total - stretch)
	if x >= before {
		x += stretch
	}
	second = p.draw(x)
	if second != first {
		return first, second
	}
	// Rounding at the border of the first's stretch.
	if first+1 < len(p.nodes) {
		return first, first + 1
	}
	return first, first - 1
}

// after answers the first node whose name follows last, in turn.
func (p *part) after(last string) int {
	at := sort.Search(len(p.nodes), func(i int) bool { return p.nodes[i].instance > last })
	return at % len(p.nodes)
}
