package miko

import "time"

// Balance names a way to choose among the endpoints of a service (section 3).
type Balance string

const (
	// P2C draws two by weight and takes the one of lower peak-EWMA cost.
	P2C Balance = "p2c"
	// LeastRequest draws two by weight and takes the one with less in flight.
	LeastRequest Balance = "least_request"
	// RoundRobin takes them in turn; weights say nothing.
	RoundRobin Balance = "round_robin"
	// Weighted draws one by weight.
	Weighted Balance = "weighted"
	// ConsistentHash sends equal hash keys to the same endpoint, within bounds.
	ConsistentHash Balance = "consistent_hash"
)

// Policy says how calls to a service are balanced and how they survive. It is
// changed by WithPolicy and WithServicePolicy, which begin with the defaults.
// What is out of its bounds is refused by Connect. No time is between 0 and 1 ms.
type Policy struct {
	// Balance chooses among the endpoints; default P2C.
	Balance Balance
	// SubsetSize narrows the service to so many endpoints, always the same for
	// one owner; 0 takes all. 0 to 1,000,000, default 0.
	SubsetSize int
	// SlowStart is how long a new endpoint's weight ramps up; 0 is off. 1 ms to a
	// day, default 10 s.
	SlowStart time.Duration
	// PanicThreshold: with a smaller share available, all count as available.
	// 0 to 1, default 0.5.
	PanicThreshold float64
	// HashLoadFactor bounds the load of ConsistentHash. 1 to 100, default 1.25.
	HashLoadFactor float64
	// Outlier ejects endpoints that fail; nil turns it off.
	Outlier *OutlierPolicy
	// Breaker is the circuit breaker of each endpoint; nil turns it off.
	Breaker *BreakerPolicy
	// Retry says when a failed attempt is repeated.
	Retry RetryPolicy
	// HedgeAfter sends a repeatable call to a second endpoint when no head came
	// for so long; 0 never. 1 ms to 1 h, default 0.
	HedgeAfter time.Duration
	// Timeout is how long a call waits for the head of its answer; 0 without
	// end. 1 ms to a day, default 30 s.
	Timeout time.Duration
	// AttemptTimeout is the same for one attempt; 0 without one of its own. 1 ms
	// to a day, default 0.
	AttemptTimeout time.Duration
	// Bulkhead bounds the calls at once.
	Bulkhead BulkheadPolicy
	// Adaptive finds the concurrency limit by itself; default nil, off.
	Adaptive *AdaptivePolicy
	// Pool says how connections are kept.
	Pool PoolPolicy
}

// OutlierPolicy is gRPC's A50, and Envoy's (section 4.1).
type OutlierPolicy struct {
	// ConsecutiveFailures, 1 to 1,000,000, default 5.
	ConsecutiveFailures int
	// Interval between two looks at success rates, 10 ms to a day, default 10 s.
	Interval time.Duration
	// BaseEjection, 1 ms to a day, default 30 s; MaxEjection likewise, default
	// 300 s.
	BaseEjection time.Duration
	MaxEjection  time.Duration
	// MaxEjectedShare of the endpoints, 0 to 1, default 0.1; one at least.
	MaxEjectedShare float64
	// MinHosts with at least MinRequests attempts in the interval make a rate.
	// 1 to 1,000,000, default 5; 1 to 1,000,000, default 100.
	MinHosts    int
	MinRequests int
	// StdevFactor, 0 to 100, default 1.9.
	StdevFactor float64
}

// BreakerPolicy is the circuit breaker of one endpoint (section 4.2).
type BreakerPolicy struct {
	// Window, 10 ms to a day, default 10 s, in ten slices.
	Window time.Duration
	// MinRequests in the window, 1 to 1,000,000, default 20.
	MinRequests int
	// FailureShare opens it, 0.01 to 1, default 0.5.
	FailureShare float64
	// Open is the first time it stays open, 1 ms to 1 h, default 1 s, doubling
	// to MaxOpen, 1 ms to a day, default 60 s.
	Open    time.Duration
	MaxOpen time.Duration
}

// RetryPolicy says when a failed attempt is repeated (sections 4.3, 4.4).
type RetryPolicy struct {
	// Attempts of a call, the first one included, 1 to 100, default 3.
	Attempts int
	// Backoff, 0 to a minute, default 25 ms, doubling to MaxBackoff, 0 to 1 h,
	// default 1 s.
	Backoff    time.Duration
	MaxBackoff time.Duration
	// BudgetTokens is the size of the bucket, 0 to 1,000,000, default 100;
	// BudgetRatio is what a call adds to it, 0 to 100, default 0.2.
	BudgetTokens float64
	BudgetRatio  float64
	// MaxRetryAfter is how long a call waits for paused endpoints at most, 0 to
	// 300 s, default 10 s.
	MaxRetryAfter time.Duration
}

// BulkheadPolicy bounds the calls of a service (section 4.7).
type BulkheadPolicy struct {
	// MaxInFlight, 1 to 1,000,000, default 1,024.
	MaxInFlight int
	// MaxQueue, 0 to 1,000,000, default 1,024.
	MaxQueue int
	// MaxWait in the queue, 0 to 1 h, default 1 s.
	MaxWait time.Duration
}

// AdaptivePolicy is Netflix's Gradient2 (section 4.8); see DefaultAdaptive.
type AdaptivePolicy struct {
	// Initial limit, 1 to 1,000,000, default 20.
	Initial int
	// MinLimit, 1 to MaxLimit, default 4.
	MinLimit int
	// MaxLimit, 1 to 1,000,000, default 1,000.
	MaxLimit int
	// Tolerance of longer answers, 1 to 10, default 1.5.
	Tolerance float64
}

// PoolPolicy says how connections to one endpoint are kept (section 5).
type PoolPolicy struct {
	// MaxConnections, 1 to 65,535, default 128.
	MaxConnections int
	// Idle is how long an unused one is kept, 1 ms to 1 h, default 4 s.
	Idle time.Duration
	// Warm is how many are opened ahead to a new endpoint, 0 to 100, default 1.
	Warm int
}

// DefaultPolicy answers the defaults, in a Policy of the caller's own.
func DefaultPolicy() Policy {
	return Policy{
		Balance:        P2C,
		SlowStart:      10 * time.Second,
		PanicThreshold: 0.5,
		HashLoadFactor: 1.25,
		Outlier: &OutlierPolicy{
			ConsecutiveFailures: 5, Interval: 10 * time.Second, BaseEjection: 30 * time.Second, MaxEjection: 300 * time.Second,
			MaxEjectedShare: 0.1, MinHosts: 5, MinRequests: 100, StdevFactor: 1.9,
		},
		Breaker: &BreakerPolicy{
			Window: 10 * time.Second, MinRequests: 20, FailureShare: 0.5, Open: time.Second, MaxOpen: time.Minute,
		},
		Retry: RetryPolicy{
			Attempts: 3, Backoff: 25 * time.Millisecond, MaxBackoff: time.Second,
			BudgetTokens: 100, BudgetRatio: 0.2, MaxRetryAfter: 10 * time.Second,
		},
		Timeout:  30 * time.Second,
		Bulkhead: BulkheadPolicy{MaxInFlight: 1024, MaxQueue: 1024, MaxWait: time.Second},
		Pool:     PoolPolicy{MaxConnections: 128, Idle: 4 * time.Second, Warm: 1},
	}
}

// DefaultAdaptive answers the defaults of adaptive concurrency, which is off
// unless Policy.Adaptive is set.
func DefaultAdaptive() *AdaptivePolicy {
	return &AdaptivePolicy{Initial: 20, MinLimit: 4, MaxLimit: 1000, Tolerance: 1.5}
}

// clone answers a policy that shares nothing with p.
func (p Policy) clone() Policy {
	p.Outlier = copyOf(p.Outlier)
	p.Breaker = copyOf(p.Breaker)
	p.Adaptive = copyOf(p.Adaptive)
	return p
}

func copyOf[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}
