package balance

import (
	"math"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// sweepsAtOnce bounds how many intervals that passed unseen are made up for;
// after so many quiet ones every ejection is forgotten.
const sweepsAtOnce = 100

// learn takes the outcome of an attempt: latency, pause, breaker, ejection.
func (b *Balancer) learn(ticket Ticket, outcome survive.Outcome, now float64) {
	node, kind := ticket.Node, outcome.Kind
	b.lookAtRecord(node, now)
	b.breakerTakes(ticket, kind, now)
	if kind == survive.Cancelled {
		return
	}
	rtt := outcome.RTT
	if kind.Punished() {
		rtt = math.Max(rtt, penaltyMs)
	}
	node.latency.observe(rtt, now)
	if outcome.RetryAfter > 0 && (kind == survive.Limited || kind == survive.Overloaded) {
		forMs := math.Min(outcome.RetryAfter, survive.MaxRetryAfterMs)
		node.pausedUntil = math.Max(node.pausedUntil, now+forMs)
		b.dirty = true
		b.hear(Event{Kind: Paused, Value: node.Value, ForMs: forMs})
	}
	if b.config.Outlier != nil && node.record.Take(b.config.Outlier, kind) {
		b.look(now)
		b.eject(node, "consecutive_failures", now)
	}
}

func (b *Balancer) breakerTakes(ticket Ticket, kind survive.Kind, now float64) {
	if b.config.Breaker == nil {
		return
	}
	node := ticket.Node
	b.lookAtBreaker(node, now)
	switch node.breaker.Report(b.config.Breaker, kind, ticket.probe, now, b.config.Random) {
	case survive.Opened:
		b.dirty = true
		b.hear(Event{Kind: Opened, Value: node.Value, ForMs: node.breaker.Until() - now})
	case survive.Reclosed:
		b.dirty = true
		b.hear(Event{Kind: Reclosed, Value: node.Value})
	case survive.Probeless:
		b.dirty = true
	}
}

// eject takes the node out where the share allows it.
func (b *Balancer) eject(node *Node, reason string, now float64) {
	ejected, others := 0, 0
	for _, one := range b.view.nodes {
		if one.record.Ejected() {
			ejected++
		}
		if one != node && b.available(one, now) {
			others++
		}
	}
	if !b.config.Outlier.MayEject(len(b.view.nodes), ejected, others) {
		return
	}
	forMs := node.record.Eject(b.config.Outlier, now)
	b.dirty = true
	b.hear(Event{Kind: Ejected, Value: node.Value, Reason: reason, ForMs: forMs})
}

// settle judges the intervals that ended, at the multiples of their length.
func (b *Balancer) settle(now float64) {
	settings := b.config.Outlier
	if settings == nil || now < b.intervalEnd {
		return
	}
	current := math.Floor(now/settings.IntervalMs) * settings.IntervalMs
	end := b.intervalEnd
	b.intervalEnd = current + settings.IntervalMs
	if end == 0 {
		return
	}
	for range sweepsAtOnce {
		if end > current {
			return
		}
		b.endInterval(end)
		end += settings.IntervalMs
	}
}

func (b *Balancer) endInterval(end float64) {
	settings := b.config.Outlier
	b.look(end)
	records := make([]*survive.Record, len(b.view.nodes))
	for i, node := range b.view.nodes {
		records[i] = &node.record
	}
	for _, i := range settings.Unlucky(records) {
		b.eject(b.view.nodes[i], "success_rate", end)
	}
	for _, record := range records {
		record.EndInterval(end - settings.IntervalMs)
	}
}

// look lets time do its work: ejections end, breakers become half-open.
func (b *Balancer) look(now float64) {
	for _, node := range b.view.nodes {
		b.lookAtRecord(node, now)
		b.lookAtBreaker(node, now)
	}
}

func (b *Balancer) lookAtRecord(node *Node, now float64) {
	if node.record.Look(now) {
		b.dirty = true
		b.hear(Event{Kind: Returned, Value: node.Value})
	}
}

func (b *Balancer) lookAtBreaker(node *Node, now float64) {
	if b.config.Breaker != nil && node.breaker.Look(now) {
		b.dirty = true
		b.hear(Event{Kind: HalfOpened, Value: node.Value})
	}
}

// nextChange is when an ejection, a pause or an open breaker ends next.
func (b *Balancer) nextChange(now float64) float64 {
	next := math.Inf(1)
	for _, node := range b.view.nodes {
		if node.record.Ejected() {
			next = math.Min(next, node.record.Until())
		}
		if b.config.Breaker != nil && node.breaker.State() == survive.Open {
			next = math.Min(next, node.breaker.Until())
		}
		if node.pausedUntil > now {
			next = math.Min(next, node.pausedUntil)
		}
	}
	return next
}
