package miko

import (
	"context"
	"time"
)

// Call is what one call may say for itself; see WithCall.
type Call struct {
	// Timeout to the head of the answer; 0 is the policy's, negative is none.
	Timeout time.Duration
	// HedgeAfter sends a second attempt; 0 is the policy's, negative is never.
	HedgeAfter time.Duration
	// HashKey is what ConsistentHash hashes; "" is none.
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

// WithCall answers a context whose calls through Client.HTTP go by call.
func WithCall(ctx context.Context, call Call) context.Context {
	return context.WithValue(ctx, callKey{}, call)
}

func callOf(ctx context.Context) Call {
	call, _ := ctx.Value(callKey{}).(Call)
	return call
}

// either is own unless it is 0, none where that is negative.
func either(own, policy time.Duration) time.Duration {
	if own == 0 {
		return policy
	}
	return max(own, 0)
}
