package balance

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// The goal is under 2 µs for a pick among 10,000 endpoints.
func BenchmarkPickAmong10000(b *testing.B) {
	for _, method := range []struct {
		name string
		is   Method
	}{{"p2c", P2C}, {"least_request", LeastRequest}, {"round_robin", RoundRobin}, {"weighted", Weighted}, {"consistent_hash", ConsistentHash}} {
		b.Run(method.name, func(b *testing.B) {
			balancer := manyEndpoints(method.is, 10_000)
			choice := Choice{}
			if method.is == ConsistentHash {
				choice = Choice{HashKey: "a key", Hashed: true}
			}
			b.ReportAllocs()
			now := 1.0
			for b.Loop() {
				now += 0.01
				ticket, _ := balancer.Pick(now, choice)
				balancer.Report(ticket, survive.Outcome{Kind: survive.OK, RTT: 3}, now)
				balancer.Release(ticket)
			}
		})
	}
}

func BenchmarkUpdateOf10000(b *testing.B) {
	balancer := manyEndpoints(P2C, 10_000)
	all := members(10_000)
	for b.Loop() {
		balancer.Update(all, 1)
	}
}

func manyEndpoints(method Method, n int) *Balancer {
	balancer := New(Config{
		Method: method, SlowStartMs: 10_000, PanicThreshold: 0.5, HashLoadFactor: 1.25, Random: rand.Float64,
		Outlier: &survive.OutlierSettings{ConsecutiveFailures: 5, IntervalMs: 10_000, BaseEjectionMs: 30_000, MaxEjectionMs: 300_000, MaxEjectedShare: 0.1, MinHosts: 5, MinRequests: 100, StdevFactor: 1.9},
		Breaker: &survive.BreakerSettings{WindowMs: 10_000, MinRequests: 20, FailureShare: 0.5, OpenMs: 1000, MaxOpenMs: 60_000},
	})
	balancer.Update(members(n), 0)
	return balancer
}

func members(n int) []Member {
	all := make([]Member, n)
	for i := range all {
		name := fmt.Sprintf("web-%05d", i)
		all[i] = Member{ID: "ep_" + name, Instance: name, Weight: 1 + i%100, Usable: true, Active: true, Value: name}
	}
	return all
}
