package miko

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	day  = 24 * time.Hour
	many = 1_000_000
)

// check refuses the first option out of its bounds by invalid_argument, named
// by its path under at, as "Policy.Retry.Attempts".
func (p *Policy) check(at string) error {
	c := checker{at: at}
	switch p.Balance {
	case P2C, LeastRequest, RoundRobin, Weighted, ConsistentHash:
	default:
		c.refuse("Balance", "must be p2c, least_request, round_robin, weighted or consistent_hash")
	}
	c.count("SubsetSize", p.SubsetSize, 0, many)
	c.duration("SlowStart", p.SlowStart, 0, day)
	c.share("PanicThreshold", p.PanicThreshold, 0, 1)
	c.share("HashLoadFactor", p.HashLoadFactor, 1, 100)
	c.duration("HedgeAfter", p.HedgeAfter, 0, time.Hour)
	c.duration("Timeout", p.Timeout, 0, day)
	c.duration("AttemptTimeout", p.AttemptTimeout, 0, day)
	c.outlier(p.Outlier)
	c.breaker(p.Breaker)
	c.retry(&p.Retry)
	c.count("Bulkhead.MaxInFlight", p.Bulkhead.MaxInFlight, 1, many)
	c.count("Bulkhead.MaxQueue", p.Bulkhead.MaxQueue, 0, many)
	c.duration("Bulkhead.MaxWait", p.Bulkhead.MaxWait, 0, time.Hour)
	c.adaptive(p.Adaptive)
	c.count("Pool.MaxConnections", p.Pool.MaxConnections, 1, 65_535)
	c.duration("Pool.Idle", p.Pool.Idle, time.Millisecond, time.Hour)
	c.count("Pool.Warm", p.Pool.Warm, 0, 100)
	return c.result()
}

func (c *checker) outlier(o *OutlierPolicy) {
	if o == nil {
		return
	}
	c.count("Outlier.ConsecutiveFailures", o.ConsecutiveFailures, 1, many)
	c.duration("Outlier.Interval", o.Interval, 10*time.Millisecond, day)
	c.duration("Outlier.BaseEjection", o.BaseEjection, time.Millisecond, day)
	c.duration("Outlier.MaxEjection", o.MaxEjection, time.Millisecond, day)
	c.share("Outlier.MaxEjectedShare", o.MaxEjectedShare, 0, 1)
	c.count("Outlier.MinHosts", o.MinHosts, 1, many)
	c.count("Outlier.MinRequests", o.MinRequests, 1, many)
	c.share("Outlier.StdevFactor", o.StdevFactor, 0, 100)
}

func (c *checker) breaker(b *BreakerPolicy) {
	if b == nil {
		return
	}
	c.duration("Breaker.Window", b.Window, 10*time.Millisecond, day)
	c.count("Breaker.MinRequests", b.MinRequests, 1, many)
	c.share("Breaker.FailureShare", b.FailureShare, 0.01, 1)
	c.duration("Breaker.Open", b.Open, time.Millisecond, time.Hour)
	c.duration("Breaker.MaxOpen", b.MaxOpen, time.Millisecond, day)
}

func (c *checker) retry(r *RetryPolicy) {
	c.count("Retry.Attempts", r.Attempts, 1, 100)
	c.duration("Retry.Backoff", r.Backoff, 0, time.Minute)
	c.duration("Retry.MaxBackoff", r.MaxBackoff, 0, time.Hour)
	c.share("Retry.BudgetTokens", r.BudgetTokens, 0, 1_000_000)
	c.share("Retry.BudgetRatio", r.BudgetRatio, 0, 100)
	c.duration("Retry.MaxRetryAfter", r.MaxRetryAfter, 0, 300*time.Second)
}

func (c *checker) adaptive(a *AdaptivePolicy) {
	if a == nil {
		return
	}
	c.count("Adaptive.MaxLimit", a.MaxLimit, 1, many)
	c.count("Adaptive.MinLimit", a.MinLimit, 1, a.MaxLimit)
	c.count("Adaptive.Initial", a.Initial, 1, many)
	c.share("Adaptive.Tolerance", a.Tolerance, 1, 10)
}

// checker keeps the first refusal.
type checker struct {
	at  string
	err error
}

func (c *checker) count(name string, value, least, most int) {
	if value < least || value > most {
		c.refuse(name, fmt.Sprintf("must be from %d to %d, not %d", least, most, value))
	}
}

func (c *checker) share(name string, value, least, most float64) {
	// Written so that NaN is refused.
	if !(value >= least && value <= most) {
		c.refuse(name, fmt.Sprintf("must be from %v to %v, not %v", least, most, value))
	}
}

// duration goes by the millisecond: less is mostly a number without its unit,
// as in p.Timeout = 30.
func (c *checker) duration(name string, value, least, most time.Duration) {
	zero := least == 0
	least = max(least, time.Millisecond)
	if value >= least && value <= most || value == 0 && zero {
		return
	}
	message := fmt.Sprintf("must be from %s to %s, not %s", inWords(least), inWords(most), value)
	if zero {
		message = fmt.Sprintf("must be 0, or from %s to %s, not %s", inWords(least), inWords(most), value)
	}
	c.refuse(name, message)
}

// seconds are whole ones, as Miko counts them there.
func (c *checker) seconds(name string, value, least, most time.Duration) {
	if value < least || value > most || value%time.Second != 0 {
		c.refuse(name, fmt.Sprintf("must be whole seconds from %s to %s, not %s", inWords(least), inWords(most), value))
	}
}

// inWords is 24h for 24h0m0s.
func inWords(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

func (c *checker) text(name, value string, most int) {
	if len(value) > most && utf8.RuneCountInString(value) > most {
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
