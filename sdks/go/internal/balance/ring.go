package balance

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strconv"
)

const pointsPerNode = 64

type point struct {
	hash uint32
	// at is the node's place in the order of names, which breaks ties.
	at int32
}

// ring is where hash keys land: 64 points for each node, whatever is available
// at the moment; who may not be chosen is passed by.
type ring struct {
	nodes  []*Node
	points []point
}

func newRing(nodes []*Node) *ring {
	points := make([]point, 0, len(nodes)*pointsPerNode)
	var name []byte
	for at, node := range nodes {
		name = append(append(name[:0], node.instance...), '#')
		for i := range pointsPerNode {
			points = append(points, point{Murmur3(strconv.AppendInt(name, int64(i), 10)), int32(at)})
		}
	}
	slices.SortFunc(points, func(a, b point) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.at, b.at))
	})
	return &ring{nodes: nodes, points: points}
}

// pick goes clockwise from the key to the first member of part with room
// (consistent hashing with bounded loads, Mirrokni 2016).
func (r *ring) pick(p *part, key string, loadFactor float64) *Node {
	hash := Murmur3(key)
	from := sort.Search(len(r.points), func(i int) bool { return r.points[i].hash >= hash })
	var first *Node
	for i := range r.points {
		node := r.nodes[r.points[(from+i)%len(r.points)].at]
		if !p.holds(node) {
			continue
		}
		if first == nil {
			first = node
		}
		if float64(node.inFlight+1) <= math.Ceil(loadFactor*float64(p.inFlight+1)*node.w/p.total) {
			return node
		}
	}
	return first
}
