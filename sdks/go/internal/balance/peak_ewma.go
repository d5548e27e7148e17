package balance

import "math"

const (
	// decayMs is the time in which an old latency loses its weight.
	decayMs = 10_000
	// penaltyMs is what a failure counts for at least, and an endpoint that was
	// never measured while something is in flight there.
	penaltyMs = 1_000
	// leastMs: below it a latency tells more of the moment than of the endpoint.
	leastMs = 10
	// clearly is how much dearer the first drawn must be. Between endpoints of
	// much the same speed the draw decides, and so the weights do.
	clearly = 1.5
)

// latency is a peak-sensitive moving average (Finagle's Peak EWMA): it jumps
// up at once and comes down slowly.
type latency struct {
	measured bool
	ms       float64
	at       float64
}

func (l *latency) observe(rtt, now float64) {
	if rtt > l.ms {
		l.ms = rtt
	} else {
		kept := math.Exp(-(now - l.at) / decayMs)
		l.ms = l.ms*kept + rtt*(1-kept)
	}
	l.measured, l.at = true, now
}

// beats tells whether n, drawn second, is taken instead of first.
func (n *Node) beats(first *Node, method Method, now float64) bool {
	if method == LeastRequest {
		return float64(n.inFlight)/n.w < float64(first.inFlight)/first.w
	}
	heavier := math.Max(n.w, first.w)
	return n.cost(heavier, now)*clearly < first.cost(heavier, now)
}

func (n *Node) cost(heavier, now float64) float64 {
	return math.Max(n.ms(now), leastMs) * (1 + float64(n.inFlight)*heavier/n.w)
}

// ms is what one attempt is taken to need.
func (n *Node) ms(now float64) float64 {
	switch {
	case n.latency.measured && n.latency.ms <= leastMs:
		// It only decays, and counts as the least anyhow.
		return leastMs
	case n.latency.measured:
		return n.latency.ms * math.Exp(-(now-n.latency.at)/decayMs)
	case n.inFlight > 0:
		return penaltyMs
	}
	return 0
}
