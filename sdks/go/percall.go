package miko

import (
	"context"
	"time"
)

// Call is what one call may say for itself; see WithCall.
type Call struct {
	// Timeout to the head of the answer, 1 ms to a day; 0 is the policy's,
	// negative is none.
	Timeout time.Duration
	// HedgeAfter sends a second attempt, 1 ms to 1 h; 0 is the policy's, negative
	// is never.
	HedgeAfter time.Duration
	// HashKey is what ConsistentHash hashes, at most 1,024 characters; "" is none.
	HashKey string
	// Idempotent says whether the call may be repeated; the zero value goes by
	// the method and the Idempotency-Key.
	Idempotent Idempotence
}

// Idempotence says whether a call may be made twice.
type Idempotence int8

const (
	// ByMethod: GET, HEAD, OPTIONS, TRACE, PUT and DELETE may (RFC 9110, 9.2.2),
	// and any call with an Idempotency-Key.
	ByMethod Idempotence = iota
	Idempotent
	NotIdempotent
)

type callKey struct{}

// checkedCall is a Call with the first thing that is wrong with it.
type checkedCall struct {
	Call
	refusal error
}

// WithCall answers a context whose calls through Client.HTTP go by call. What is
// out of its bounds is refused by them, by invalid_argument.
func WithCall(ctx context.Context, call Call) context.Context {
	return context.WithValue(orBackground(ctx), callKey{}, checkedCall{call, call.check()})
}

func callOf(ctx context.Context) checkedCall {
	call, _ := ctx.Value(callKey{}).(checkedCall)
	return call
}

func (c *Call) check() error {
	check := checker{at: "Call"}
	check.duration("Timeout", max(c.Timeout, 0), 0, day)
	check.duration("HedgeAfter", max(c.HedgeAfter, 0), 0, time.Hour)
	check.text("HashKey", c.HashKey, maxHashKey)
	if c.Idempotent < ByMethod || c.Idempotent > NotIdempotent {
		check.refuse("Idempotent", "must be ByMethod, Idempotent or NotIdempotent")
	}
	return check.result()
}

// maxHashKey is in characters.
const maxHashKey = 1024

// either is own unless it is 0, none where that is negative.
func either(own, policy time.Duration) time.Duration {
	if own == 0 {
		return policy
	}
	return max(own, 0)
}
