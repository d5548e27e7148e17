package miko

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// OutcomeKind is what became of an attempt (section 4).
type OutcomeKind string

const (
	// OK is any answer below 500 but 429.
	OK OutcomeKind = "ok"
	// Limited is 429, Overloaded 503, Failed any other 5xx.
	Limited    OutcomeKind = "limited"
	Overloaded OutcomeKind = "overloaded"
	Failed     OutcomeKind = "failed"
	// Refused: there was no connection, and nothing was sent.
	Refused OutcomeKind = "refused"
	// Broken: the connection broke after that.
	Broken OutcomeKind = "broken"
	// TimedOut: no head of an answer in time.
	TimedOut OutcomeKind = "timeout"
	// Cancelled by the caller; says nothing of the endpoint.
	Cancelled OutcomeKind = "cancelled"
)

// Outcome is what became of one attempt at a picked endpoint.
type Outcome struct {
	Kind OutcomeKind
	// RTT is the time to the head of the answer; 0: measured from the pick.
	RTT time.Duration
	// RetryAfter of a Limited or Overloaded answer pauses the endpoint, for at
	// most 300 s.
	RetryAfter time.Duration
}

// PickOption narrows what Client.Pick may choose.
type PickOption func(*pickOptions)

type pickOptions struct {
	speaks  speaks
	exclude []string
	allowed func(*Endpoint) bool
	hashKey string
	hashed  bool
}

// PickProtocol takes endpoints of one protocol only, as "grpc".
func PickProtocol(protocol string) PickOption {
	return func(o *pickOptions) { o.speaks = speaks(protocol) }
}

// PickExcept leaves out the endpoints with these ids: those tried already.
func PickExcept(ids ...string) PickOption {
	return func(o *pickOptions) { o.exclude = append(o.exclude, ids...) }
}

// PickAmong leaves out endpoints that allowed is false for, as those without a
// connection. It is called with locks held: it must be quick and pick nothing.
func PickAmong(allowed func(*Endpoint) bool) PickOption {
	return func(o *pickOptions) { o.allowed = allowed }
}

// PickHashKey is what ConsistentHash hashes, at most 1,024 characters.
func PickHashKey(key string) PickOption {
	return func(o *pickOptions) { o.hashKey, o.hashed = key, true }
}

// Picked is one endpoint, in flight until Done is called.
type Picked struct {
	Endpoint *Endpoint
	ticket   balance.Ticket
	balancer *balancer
	begun    float64
	done     atomic.Bool
}

// Pick chooses an endpoint of the service for one request. It answers from
// memory, and waits only for the first answer about a service. Call Done on
// what it answers. The error is an *Error: no_endpoint, unknown_service,
// not_ready, invalid_argument, too_many or closed; or ctx's own.
func (c *Client) Pick(ctx context.Context, service string, opts ...PickOption) (*Picked, error) {
	var o pickOptions
	for i, set := range opts {
		if set == nil {
			return nil, newError(CodeInvalidArgument, "option %d of Pick must not be nil", i+1)
		}
		set(&o)
	}
	check := checker{at: "PickHashKey"}
	if check.text("key", o.hashKey, maxHashKey); check.err != nil {
		return nil, check.err
	}
	s, err := c.known(ctx, service)
	if err != nil {
		return nil, err
	}
	b := s.balancer(o.speaks)
	now := c.clock.now()
	ticket, ok := b.Pick(now, balance.Choice{Skip: o.skip(), HashKey: o.hashKey, Hashed: o.hashed})
	if !ok {
		return nil, newError(CodeNoEndpoint, "%s has no endpoint that fits", service)
	}
	s.counted()
	return &Picked{Endpoint: endpointOf(ticket), ticket: ticket, balancer: b, begun: now}, nil
}

// skip is what leaves out an endpoint; nil when nothing does.
func (o *pickOptions) skip() func(*balance.Node) bool {
	if len(o.exclude) == 0 && o.allowed == nil {
		return nil
	}
	return func(node *balance.Node) bool {
		endpoint := node.Value.(*Endpoint)
		for _, id := range o.exclude {
			if endpoint.ID == id {
				return true
			}
		}
		return o.allowed != nil && !o.allowed(endpoint)
	}
}

// Done says what became of the request, and that the endpoint is free again.
// The first call counts, later ones do nothing.
func (p *Picked) Done(outcome Outcome) {
	if p.done.Swap(true) {
		return
	}
	now := p.balancer.clock.now()
	rtt := float64(outcome.RTT) / float64(time.Millisecond)
	if outcome.RTT == 0 {
		rtt = now - p.begun
	}
	p.balancer.Report(p.ticket, survive.Outcome{
		Kind: survive.ParseKind(string(outcome.Kind)), RTT: rtt,
		RetryAfter: float64(outcome.RetryAfter) / float64(time.Millisecond),
	}, now)
	p.balancer.Release(p.ticket)
}
