// Package survive is the arithmetic of section 4 of docs/protocol.md. It knows
// no clock and no dice: times are milliseconds on a monotonic clock and come as
// arguments, as does random, uniform in [0, 1). Nothing in it is locked but
// the Bulkhead; whoever holds the state holds the lock.
package survive

// Kind is what became of an attempt.
type Kind uint8

const (
	OK Kind = iota
	Limited
	Overloaded
	Failed
	Refused
	Broken
	Timeout
	Cancelled
)

var kindNames = [...]string{"ok", "limited", "overloaded", "failed", "refused", "broken", "timeout", "cancelled"}

func (k Kind) String() string { return kindNames[k] }

// ParseKind reads the word of a kind; any other word says nothing of the
// endpoint, as Cancelled.
func ParseKind(word string) Kind {
	for i, name := range kindNames {
		if name == word {
			return Kind(i)
		}
	}
	return Cancelled
}

// KindOfStatus is the kind of an HTTP answer.
func KindOfStatus(status int) Kind {
	switch {
	case status == 429:
		return Limited
	case status == 503:
		return Overloaded
	case status >= 500:
		return Failed
	}
	return OK
}

// Failure tells whether outlier ejection and the breaker count it as one.
func (k Kind) Failure() bool {
	return k == Overloaded || k == Failed || k == Refused || k == Broken || k == Timeout
}

// Punished tells whether its latency counts as at least a second.
func (k Kind) Punished() bool { return k == Limited || k.Failure() }

// Outcome is one attempt's, in milliseconds.
type Outcome struct {
	Kind Kind
	// RTT is the time to the head of the answer.
	RTT float64
	// RetryAfter is 0 without one.
	RetryAfter float64
}

// MaxRetryAfterMs is how long Retry-After is obeyed at most.
const MaxRetryAfterMs = 300_000
