// Package balance chooses among the endpoints of one service: section 3 of
// docs/protocol.md, with what section 4 knows of each endpoint. Times are
// milliseconds on a monotonic clock.
package balance

import (
	"sync"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// Method is a way to choose.
type Method uint8

const (
	P2C Method = iota
	LeastRequest
	RoundRobin
	Weighted
	ConsistentHash
)

// Config of a Balancer. Outlier and Breaker are nil where they are off.
type Config struct {
	Method         Method
	SubsetSize     int
	SlowStartMs    float64
	PanicThreshold float64
	HashLoadFactor float64
	Outlier        *survive.OutlierSettings
	Breaker        *survive.BreakerSettings
	// Zone is the client's own, "" without one.
	Zone   string
	Owner  string
	Random func() float64
	// Notify hears what happens to endpoints, outside of the lock; nil: nobody.
	Notify func(Event)
	// Listening tells whether Notify wants to hear.
	Listening func() bool
}

// EventKind says what happened to an endpoint.
type EventKind uint8

const (
	Ejected EventKind = iota
	Returned
	Opened
	HalfOpened
	Reclosed
	Paused
)

// Event is what happened to an endpoint. Reason is of Ejected.
type Event struct {
	Kind   EventKind
	Value  any
	Reason string
	ForMs  float64
}

// Member is one registered endpoint of the service.
type Member struct {
	ID, Instance, Zone string
	Weight             int
	// Usable members may be chosen. The others count for the strength of their
	// zone where they are Active.
	Usable, Active bool
	Value          any
}

// Node is an endpoint with what was learned of it, guarded by the Balancer's
// lock but for Value's use by who holds a ticket.
type Node struct {
	Value              any
	id, instance, zone string
	weight             int
	isNew              bool
	bornAt             float64
	gone               bool
	inFlight           int
	latency            latency
	breaker            survive.Breaker
	record             survive.Record
	pausedUntil        float64
	w                  float64
	part, scratch      *part
}

// Ticket is a node chosen for one attempt. Report its outcome once, and
// Release it once.
type Ticket struct {
	Node *Node
	// Value is the endpoint as it was when it was chosen.
	Value any
	probe bool
}

// Choice narrows one pick.
type Choice struct {
	// Skip leaves nodes out; nil leaves out none.
	Skip    func(*Node) bool
	HashKey string
	Hashed  bool
}

// Balancer is safe for concurrent use.
type Balancer struct {
	config Config

	// updating guards byInstance and listed; it is held while a new list is
	// made ready, so that picks go on meanwhile.
	updating   sync.Mutex
	byInstance map[string]*Node
	listed     bool

	mu          sync.Mutex
	view        view
	table       table
	dirty       bool
	turn        string
	intervalEnd float64
	heard       []Event
}

// view is one list, narrowed to the subset, in the order of names.
type view struct {
	nodes []*Node
	ring  *ring
	// zoneWeight is that of all active endpoints in the client's own zone.
	zoneWeight float64
}

// New answers a balancer without endpoints.
func New(config Config) *Balancer {
	return &Balancer{config: config, byInstance: map[string]*Node{}, dirty: true}
}

// Pick chooses a node and counts an attempt in flight there; false when there
// is none.
func (b *Balancer) Pick(now float64, choice Choice) (Ticket, bool) {
	b.mu.Lock()
	// Also when Skip panics, which is the caller's.
	defer b.unlock()
	b.settle(now)
	node := b.choose(now, choice)
	if node == nil {
		return Ticket{}, false
	}
	return b.begin(node), true
}

// Report takes the outcome of the attempt.
func (b *Balancer) Report(ticket Ticket, outcome survive.Outcome, now float64) {
	b.mu.Lock()
	b.settle(now)
	if !ticket.Node.gone {
		b.learn(ticket, outcome, now)
	}
	b.unlock()
}

// BrokeOff takes it that the body of an answer did, after its head was
// reported: one more failure. Whether the endpoint passed as a probe, the head
// has decided.
func (b *Balancer) BrokeOff(ticket Ticket, now float64) {
	ticket.probe = false
	b.Report(ticket, survive.Outcome{Kind: survive.Broken}, now)
}

// Release says that the attempt is no longer in flight.
func (b *Balancer) Release(ticket Ticket) {
	b.mu.Lock()
	ticket.Node.inFlight--
	if p := ticket.Node.part; p != nil {
		p.inFlight--
	}
	b.mu.Unlock()
}

// InFlight answers how many attempts are under way to the node's endpoint.
func (b *Balancer) InFlight(node *Node) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return node.inFlight
}

// PausedUntil answers when the first pause ends, when all nodes that skip does
// not leave out are paused; false when one is not, or none is left.
func (b *Balancer) PausedUntil(now float64, skip func(*Node) bool) (float64, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first, any := 0.0, false
	for _, node := range b.view.nodes {
		if skip != nil && skip(node) {
			continue
		}
		if node.pausedUntil <= now {
			return 0, false
		}
		if !any || node.pausedUntil < first {
			first, any = node.pausedUntil, true
		}
	}
	return first, any
}

// Has tells whether there is a node that skip does not leave out.
func (b *Balancer) Has(skip func(*Node) bool) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, node := range b.view.nodes {
		if skip == nil || !skip(node) {
			return true
		}
	}
	return false
}

// Ejected answers the instances that are ejected at this moment.
func (b *Balancer) Ejected(now float64) []string {
	b.mu.Lock()
	defer b.unlock()
	b.settle(now)
	b.look(now)
	var names []string
	for _, node := range b.view.nodes {
		if node.record.Ejected() {
			names = append(names, node.instance)
		}
	}
	return names
}

func (b *Balancer) begin(node *Node) Ticket {
	probe := false
	if b.config.Breaker != nil && node.breaker.Begin() {
		probe = true
		b.dirty = true
	}
	node.inFlight++
	if node.part != nil {
		node.part.inFlight++
	}
	return Ticket{Node: node, Value: node.Value, probe: probe}
}

// unlock tells what was heard meanwhile, when the lock is free again.
func (b *Balancer) unlock() {
	heard := b.heard
	b.heard = nil
	b.mu.Unlock()
	for _, event := range heard {
		b.config.Notify(event)
	}
}

func (b *Balancer) hear(event Event) {
	if b.config.Notify != nil && b.config.Listening() {
		b.heard = append(b.heard, event)
	}
}
