package miko

import (
	"fmt"
	"time"
)

const (
	day  = 24 * time.Hour
	many = 1_000_000
)

// check refuses the first option out of its bounds by invalid_argument, named
// by its path under at, as "policy.retry.attempts".
func (p *Policy) check(at string) error {
	c := checker{at: at}
	switch p.Balance {
	case P2C, LeastRequest, RoundRobin, Weighted, ConsistentHash:
	default:
		c.refuse("balance", "must be p2c, least_request, round_robin, weighted or consistent_hash")
	}
	c.count("subset_size", p.SubsetSize, 0, many)
	c.duration("slow_start_ms", p.SlowStart, 0, day)
	c.share("panic_threshold", p.PanicThreshold, 0, 1)
	c.share("hash_load_factor", p.HashLoadFactor, 1, 100)
	c.duration("hedge_after_ms", p.HedgeAfter, 0, time.Hour)
	c.duration("timeout_ms", p.Timeout, 0, day)
	c.duration("attempt_timeout_ms", p.AttemptTimeout, 0, day)
	c.outlier(p.Outlier)
	c.breaker(p.Breaker)
	c.retry(&p.Retry)
	c.count("bulkhead.max_in_flight", p.Bulkhead.MaxInFlight, 1, many)
	c.count("bulkhead.max_queue", p.Bulkhead.MaxQueue, 0, many)
	c.duration("bulkhead.max_wait_ms", p.Bulkhead.MaxWait, 0, time.Hour)
	c.adaptive(p.Adaptive)
	c.count("pool.max_connections", p.Pool.MaxConnections, 1, 65_535)
	c.duration("pool.idle_ms", p.Pool.Idle, time.Millisecond, time.Hour)
	c.count("pool.warm", p.Pool.Warm, 0, 100)
	return c.result()
}

func (c *checker) outlier(o *OutlierPolicy) {
	if o == nil {
		return
	}
	c.count("outlier.consecutive_failures", o.ConsecutiveFailures, 1, many)
	c.duration("outlier.interval_ms", o.Interval, 10*time.Millisecond, day)
	c.duration("outlier.base_ejection_ms", o.BaseEjection, time.Millisecond, day)
	c.duration("outlier.max_ejection_ms", o.MaxEjection, time.Millisecond, day)
	c.share("outlier.max_ejected_share", o.MaxEjectedShare, 0, 1)
	c.count("outlier.min_hosts", o.MinHosts, 1, many)
	c.count("outlier.min_requests", o.MinRequests, 1, many)
	c.share("outlier.stdev_factor", o.StdevFactor, 0, 100)
}

func (c *checker) breaker(b *BreakerPolicy) {
	if b == nil {
		return
	}
	c.duration("breaker.window_ms", b.Window, 10*time.Millisecond, day)
	c.count("breaker.min_requests", b.MinRequests, 1, many)
	c.share("breaker.failure_share", b.FailureShare, 0.01, 1)
	c.duration("breaker.open_ms", b.Open, time.Millisecond, time.Hour)
	c.duration("breaker.max_open_ms", b.MaxOpen, time.Millisecond, day)
}

func (c *checker) retry(r *RetryPolicy) {
	c.count("retry.attempts", r.Attempts, 1, 100)
	c.duration("retry.backoff_ms", r.Backoff, 0, time.Minute)
	c.duration("retry.max_backoff_ms", r.MaxBackoff, 0, time.Hour)
	c.share("retry.budget_tokens", r.BudgetTokens, 0, 1_000_000)
	c.share("retry.budget_ratio", r.BudgetRatio, 0, 100)
	c.duration("retry.max_retry_after_ms", r.MaxRetryAfter, 0, 300*time.Second)
}

func (c *checker) adaptive(a *AdaptivePolicy) {
	if a == nil {
		return
	}
	c.count("adaptive.max_limit", a.MaxLimit, 1, many)
	c.count("adaptive.min_limit", a.MinLimit, 1, a.MaxLimit)
	c.count("adaptive.initial", a.Initial, 1, many)
	c.share("adaptive.tolerance", a.Tolerance, 1, 10)
}

// checker keeps the first refusal.
type checker struct {
	at  string
	err error
}

func (c *checker) count(name string, value, least, most int) {
	if value < least || value > most {
		c.refuse(name, fmt.Sprintf("must be a whole number from %d to %d", least, most))
	}
}

func (c *checker) share(name string, value, least, most float64) {
	// Written so that NaN is refused.
	if !(value >= least && value <= most) {
		c.refuse(name, fmt.Sprintf("must be a number from %v to %v", least, most))
	}
}

func (c *checker) duration(name string, value, least, most time.Duration) {
	if value < least || value > most {
		c.refuse(name, fmt.Sprintf("must be from %d to %d ms", least.Milliseconds(), most.Milliseconds()))
	}
}

func (c *checker) text(name, value string, most int) {
	if len(value) > most {
		c.refuse(name, fmt.Sprintf("must have at most %d characters", most))
	}
}

func (c *checker) refuse(name, message string) {
	if c.err != nil {
		return
	}
	if c.at != "" {
		name = c.at + "." + name
	}
	c.err = newError(CodeInvalidArgument, "%s %s", name, message)
}

// result avoids a nil *Error in a non-nil error.
func (c *checker) result() error { return c.err }
