package survive

import "math"

// GradientSettings are those of adaptive concurrency (section 4.8).
type GradientSettings struct {
	Initial, MinLimit, MaxLimit int
	Tolerance                   float64
}

const (
	longWindow  = 600
	longWarmup  = 10
	queueSize   = 4
	smoothing   = 0.2
	backoffStep = 0.9
)

// Gradient finds a concurrency limit from the latency of answers (Netflix's
// Gradient2).
type Gradient struct {
	settings GradientSettings
	limit    float64
	long     float64
	samples  int
}

// NewGradient begins at the initial limit.
func NewGradient(s GradientSettings) *Gradient {
	g := &Gradient{settings: s}
	g.set(float64(s.Initial))
	return g
}

// Exact answers the limit with its fraction; Limit the whole part, which is
// what counts.
func (g *Gradient) Exact() float64 { return g.limit }

// Limit answers how many may be in flight.
func (g *Gradient) Limit() int { return int(g.limit) }

// Sample takes the outcome of one attempt, while inFlight calls were.
func (g *Gradient) Sample(kind Kind, rttMs float64, inFlight int) {
	switch kind {
	case OK:
		g.answered(math.Max(rttMs, 0.001), inFlight)
	case Limited, Overloaded, Timeout:
		g.set(g.limit * backoffStep)
	}
}

func (g *Gradient) answered(short float64, inFlight int) {
	if g.samples < longWarmup {
		g.samples++
		g.long += (short - g.long) / float64(g.samples)
	} else {
		const factor = 2.0 / (longWindow + 1)
		g.long += (short - g.long) * factor
	}
	if g.long/short > 2 {
		g.long *= 0.95
	}
	if float64(inFlight) < g.limit/2 {
		return
	}
	gradient := math.Max(0.5, math.Min(1, g.settings.Tolerance*g.long/short))
	g.set(g.limit*(1-smoothing) + (g.limit*gradient+queueSize)*smoothing)
}

func (g *Gradient) set(limit float64) {
	g.limit = math.Max(float64(g.settings.MinLimit), math.Min(float64(g.settings.MaxLimit), limit))
}
