package survive

import "math"

// Budget is the retry budget of a service: a bucket, full at first, that calls
// fill and repetitions empty (section 4.3).
type Budget struct {
	capacity, ratio, tokens float64
}

// NewBudget answers a full bucket.
func NewBudget(capacity, ratio float64) *Budget {
	return &Budget{capacity: capacity, ratio: ratio, tokens: capacity}
}

// Call adds what one call earns.
func (b *Budget) Call() { b.tokens = math.Min(b.capacity, b.tokens+b.ratio) }

// Take takes one token for a repetition or a hedge; false when less than one
// is there.
func (b *Budget) Take() bool {
	// 0.2 five times is not quite 1 in binary.
	if b.tokens < 1-1e-9 {
		return false
	}
	b.tokens = math.Max(0, b.tokens-1)
	return true
}
