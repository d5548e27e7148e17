package survive

import "math"

// BreakerSettings are those of section 4.2, times in milliseconds.
type BreakerSettings struct {
	WindowMs     float64
	MinRequests  int
	FailureShare float64
	OpenMs       float64
	MaxOpenMs    float64
}

// BreakerState is closed until something goes wrong.
type BreakerState uint8

const (
	Closed BreakerState = iota
	Open
	HalfOpen
)

const slices = 10

// Breaker is the circuit breaker of one endpoint. The zero value is closed.
type Breaker struct {
	state    BreakerState
	probing  bool
	openings int
	until    float64
	// At is the number of the newest slice.
	at     int64
	counts [slices]struct{ attempts, failures uint32 }
}

// Look moves an open breaker on to half-open when its time has come, and
// answers whether it did.
func (b *Breaker) Look(now float64) (halfOpened bool) {
	if b.state != Open || now < b.until {
		return false
	}
	b.state, b.probing = HalfOpen, false
	return true
}

// Available tells whether an attempt may go there: closed, or half-open
// without a probe. Look first.
func (b *Breaker) Available() bool {
	return b.state == Closed || b.state == HalfOpen && !b.probing
}

// State answers where it stands; Until is when an open one becomes half-open.
func (b *Breaker) State() BreakerState { return b.state }

// Until answers when an open breaker becomes half-open.
func (b *Breaker) Until() float64 { return b.until }

// Begin notes that an attempt goes there, and answers whether it is the probe.
func (b *Breaker) Begin() (probe bool) {
	if b.state != HalfOpen || b.probing {
		return false
	}
	b.probing = true
	return true
}

// Change is what a report did.
type Change uint8

const (
	Unchanged Change = iota
	Opened
	Reclosed
	// Probeless: the probe said nothing, another may go.
	Probeless
)

// Report takes the outcome of an attempt. Of those that began before the
// breaker opened nothing is learned.
func (b *Breaker) Report(s *BreakerSettings, kind Kind, probe bool, now float64, random func() float64) Change {
	if b.state == Open {
		return Unchanged
	}
	if b.state == HalfOpen {
		return b.reportHalfOpen(s, kind, probe, now, random)
	}
	if kind == Cancelled {
		return Unchanged
	}
	b.advance(int64(math.Floor(now / (s.WindowMs / slices))))
	b.counts[b.at%slices].attempts++
	if !kind.Failure() {
		return Unchanged
	}
	b.counts[b.at%slices].failures++
	if kind == Refused || b.tooMany(s) {
		b.open(s, now, random)
		return Opened
	}
	return Unchanged
}

func (b *Breaker) reportHalfOpen(s *BreakerSettings, kind Kind, probe bool, now float64, random func() float64) Change {
	if !probe {
		return Unchanged
	}
	if kind == Cancelled {
		b.probing = false
		return Probeless
	}
	if kind.Failure() {
		b.open(s, now, random)
		return Opened
	}
	*b = Breaker{}
	return Reclosed
}

func (b *Breaker) open(s *BreakerSettings, now float64, random func() float64) {
	full := math.Min(s.MaxOpenMs, s.OpenMs*math.Pow(2, math.Min(float64(b.openings), 30)))
	openings := b.openings + 1
	*b = Breaker{state: Open, openings: openings, until: now + full*(0.8+0.4*random())}
}

// tooMany tells whether the window holds enough attempts, and enough of them
// failed.
func (b *Breaker) tooMany(s *BreakerSettings) bool {
	var attempts, failures uint32
	for _, slice := range b.counts {
		attempts += slice.attempts
		failures += slice.failures
	}
	return int(attempts) >= s.MinRequests && float64(failures) >= s.FailureShare*float64(attempts)
}

// advance empties the slices between the newest and this one.
func (b *Breaker) advance(to int64) {
	if to-b.at >= slices {
		clear(b.counts[:])
		b.at = to
		return
	}
	for b.at < to {
		b.at++
		b.counts[b.at%slices] = struct{ attempts, failures uint32 }{}
	}
}
