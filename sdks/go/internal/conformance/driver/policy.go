package main

import (
	miko "github.com/miko-control-plane/miko/sdks/go"
)

// fields sets what each name of an object says, and refuses other names.
func (r *reader) fields(path string, given map[string]any, set map[string]func(path string, value any)) {
	for name, value := range given {
		take := set[name]
		if take == nil {
			r.refuse(path+"."+name, "an option that there is")
			continue
		}
		take(path+"."+name, value)
	}
}

func (r *reader) editPolicy(path string, given map[string]any, p *miko.Policy) {
	r.fields(path, given, map[string]func(string, any){
		"balance":            func(at string, v any) { p.Balance = miko.Balance(r.text(at, v)) },
		"subset_size":        func(at string, v any) { p.SubsetSize = r.whole(at, v) },
		"slow_start_ms":      func(at string, v any) { p.SlowStart = r.ms(at, v) },
		"panic_threshold":    func(at string, v any) { p.PanicThreshold = r.number(at, v) },
		"hash_load_factor":   func(at string, v any) { p.HashLoadFactor = r.number(at, v) },
		"hedge_after_ms":     func(at string, v any) { p.HedgeAfter = r.msOrNull(at, v) },
		"timeout_ms":         func(at string, v any) { p.Timeout = r.msOrNull(at, v) },
		"attempt_timeout_ms": func(at string, v any) { p.AttemptTimeout = r.msOrNull(at, v) },
		"outlier":            func(at string, v any) { p.Outlier = r.outlier(at, v, p.Outlier) },
		"breaker":            func(at string, v any) { p.Breaker = r.breaker(at, v, p.Breaker) },
		"retry":              func(at string, v any) { r.retry(at, v, &p.Retry) },
		"bulkhead":           func(at string, v any) { r.bulkhead(at, v, &p.Bulkhead) },
		"adaptive":           func(at string, v any) { p.Adaptive = r.adaptive(at, v, p.Adaptive) },
		"pool":               func(at string, v any) { r.pool(at, v, &p.Pool) },
	})
}

func (r *reader) outlier(path string, value any, o *miko.OutlierPolicy) *miko.OutlierPolicy {
	if value == nil {
		return nil
	}
	if o == nil {
		o = miko.DefaultPolicy().Outlier
	}
	r.fields(path, r.object(path, value), map[string]func(string, any){
		"consecutive_failures": func(at string, v any) { o.ConsecutiveFailures = r.whole(at, v) },
		"interval_ms":          func(at string, v any) { o.Interval = r.ms(at, v) },
		"base_ejection_ms":     func(at string, v any) { o.BaseEjection = r.ms(at, v) },
		"max_ejection_ms":      func(at string, v any) { o.MaxEjection = r.ms(at, v) },
		"max_ejected_share":    func(at string, v any) { o.MaxEjectedShare = r.number(at, v) },
		"min_hosts":            func(at string, v any) { o.MinHosts = r.whole(at, v) },
		"min_requests":         func(at string, v any) { o.MinRequests = r.whole(at, v) },
		"stdev_factor":         func(at string, v any) { o.StdevFactor = r.number(at, v) },
	})
	return o
}

func (r *reader) breaker(path string, value any, b *miko.BreakerPolicy) *miko.BreakerPolicy {
	if value == nil {
		return nil
	}
	if b == nil {
		b = miko.DefaultPolicy().Breaker
	}
	r.fields(path, r.object(path, value), map[string]func(string, any){
		"window_ms":     func(at string, v any) { b.Window = r.ms(at, v) },
		"min_requests":  func(at string, v any) { b.MinRequests = r.whole(at, v) },
		"failure_share": func(at string, v any) { b.FailureShare = r.number(at, v) },
		"open_ms":       func(at string, v any) { b.Open = r.ms(at, v) },
		"max_open_ms":   func(at string, v any) { b.MaxOpen = r.ms(at, v) },
	})
	return b
}

func (r *reader) retry(path string, value any, p *miko.RetryPolicy) {
	r.fields(path, r.object(path, value), map[string]func(string, any){
		"attempts":           func(at string, v any) { p.Attempts = r.whole(at, v) },
		"backoff_ms":         func(at string, v any) { p.Backoff = r.ms(at, v) },
		"max_backoff_ms":     func(at string, v any) { p.MaxBackoff = r.ms(at, v) },
		"budget_tokens":      func(at string, v any) { p.BudgetTokens = r.number(at, v) },
		"budget_ratio":       func(at string, v any) { p.BudgetRatio = r.number(at, v) },
		"max_retry_after_ms": func(at string, v any) { p.MaxRetryAfter = r.ms(at, v) },
	})
}

func (r *reader) bulkhead(path string, value any, p *miko.BulkheadPolicy) {
	r.fields(path, r.object(path, value), map[string]func(string, any){
		"max_in_flight": func(at string, v any) { p.MaxInFlight = r.whole(at, v) },
		"max_queue":     func(at string, v any) { p.MaxQueue = r.whole(at, v) },
		"max_wait_ms":   func(at string, v any) { p.MaxWait = r.ms(at, v) },
	})
}

func (r *reader) adaptive(path string, value any, a *miko.AdaptivePolicy) *miko.AdaptivePolicy {
	if value == nil {
		return nil
	}
	if a == nil {
		a = miko.DefaultAdaptive()
	}
	r.fields(path, r.object(path, value), map[string]func(string, any){
		"initial":   func(at string, v any) { a.Initial = r.whole(at, v) },
		"min_limit": func(at string, v any) { a.MinLimit = r.whole(at, v) },
		"max_limit": func(at string, v any) { a.MaxLimit = r.whole(at, v) },
		"tolerance": func(at string, v any) { a.Tolerance = r.number(at, v) },
	})
	return a
}

func (r *reader) pool(path string, value any, p *miko.PoolPolicy) {
	r.fields(path, r.object(path, value), map[string]func(string, any){
		"max_connections": func(at string, v any) { p.MaxConnections = r.whole(at, v) },
		"idle_ms":         func(at string, v any) { p.Idle = r.ms(at, v) },
		"warm":            func(at string, v any) { p.Warm = r.whole(at, v) },
	})
}
