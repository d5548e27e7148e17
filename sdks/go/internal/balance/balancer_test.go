package balance

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// The picks themselves are tried by the shared vectors; here is what they leave
// out: breakers, ejection, events, and many at once.

var testBreaker = survive.BreakerSettings{WindowMs: 10_000, MinRequests: 20, FailureShare: 0.5, OpenMs: 1000, MaxOpenMs: 60_000}

var testOutlier = survive.OutlierSettings{
	ConsecutiveFailures: 5, IntervalMs: 10_000, BaseEjectionMs: 30_000, MaxEjectionMs: 300_000, MaxEjectedShare: 0.1,
	MinHosts: 5, MinRequests: 100, StdevFactor: 1.9,
}

func listOf(instances string) []Member {
	var list []Member
	for _, name := range strings.Fields(instances) {
		list = append(list, Member{ID: name, Instance: name, Weight: 100, Usable: true, Active: true, Value: name})
	}
	return list
}

func picksOf(b *Balancer, now float64, n int) map[string]int {
	picks := map[string]int{}
	for range n {
		ticket, ok := b.Pick(now, Choice{})
		if !ok {
			continue
		}
		picks[ticket.Value.(string)]++
		b.Report(ticket, survive.Outcome{Kind: survive.OK, RTT: 1}, now)
		b.Release(ticket)
	}
	return picks
}

// fail reports outcomes of one endpoint.
func fail(t *testing.T, b *Balancer, name string, kind survive.Kind, times int, now float64) {
	t.Helper()
	for range times {
		ticket, ok := b.Pick(now, Choice{Skip: func(node *Node) bool { return node.Value != name }})
		if !ok {
			t.Fatalf("%s is not there", name)
		}
		b.Report(ticket, survive.Outcome{Kind: kind, RTT: 1}, now)
		b.Release(ticket)
	}
}

func TestAnOpenBreakerGetsOneProbe(t *testing.T) {
	var heard []EventKind
	b := New(Config{
		Method: LeastRequest, PanicThreshold: 0.1, Breaker: &testBreaker, Random: rand.Float64,
		Notify: func(e Event) { heard = append(heard, e.Kind) }, Listening: func() bool { return true },
	})
	b.Update(listOf("a b c"), 0)
	fail(t, b, "a", survive.Refused, 1, 0)
	if picks := picksOf(b, 10, 100); picks["a"] != 0 {
		t.Errorf("%v", picks)
	}
	// Half-open: of those in flight at the same time one is at a.
	at := map[string]int{}
	var probe Ticket
	for range 30 {
		ticket, _ := b.Pick(1300, Choice{})
		at[ticket.Value.(string)]++
		if ticket.Value == "a" {
			probe = ticket
		}
	}
	if at["a"] != 1 {
		t.Fatalf("%v", at)
	}
	b.Report(probe, survive.Outcome{Kind: survive.OK, RTT: 1}, 1301)
	b.Release(probe)
	if picks := picksOf(b, 1302, 100); picks["a"] == 0 {
		t.Errorf("%v", picks)
	}
	if len(heard) != 3 || heard[0] != Opened || heard[1] != HalfOpened || heard[2] != Reclosed {
		t.Errorf("%v", heard)
	}
}

func TestTheLastAvailableIsNeverEjected(t *testing.T) {
	b := New(Config{Outlier: &testOutlier, PanicThreshold: 0.5, Random: rand.Float64})
	b.Update(listOf("a b"), 0)
	fail(t, b, "a", survive.Failed, 5, 0)
	fail(t, b, "b", survive.Failed, 5, 0)
	if got := b.Ejected(1); len(got) != 1 || got[0] != "a" {
		t.Errorf("%v", got)
	}
	b = New(Config{Outlier: &testOutlier, Random: rand.Float64})
	b.Update(listOf("a"), 0)
	fail(t, b, "a", survive.Failed, 50, 0)
	if got := b.Ejected(1); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestALongSilenceEndsEverything(t *testing.T) {
	b := New(Config{Outlier: &testOutlier, Random: rand.Float64})
	b.Update(listOf("a b c"), 0)
	fail(t, b, "a", survive.Failed, 5, 0)
	if got := b.Ejected(1e12); len(got) != 0 {
		t.Errorf("%v", got)
	}
}

func TestWhatLeavesIsForgottenAndWhatStaysIsNot(t *testing.T) {
	b := New(Config{Method: LeastRequest, Random: rand.Float64})
	b.Update(listOf("a b"), 0)
	held, _ := b.Pick(0, Choice{Skip: func(node *Node) bool { return node.Value != "a" }})
	b.Update(listOf("a c"), 1)
	if b.InFlight(held.Node) != 1 {
		t.Error("a stays, and what is in flight there")
	}
	b.Update(listOf("c"), 2)
	b.Report(held, survive.Outcome{Kind: survive.OK, RTT: 1}, 3)
	b.Release(held)
	if picks := picksOf(b, 3, 10); picks["c"] != 10 {
		t.Errorf("%v", picks)
	}
}

func TestNobodyIsPausedWhereOneIsNot(t *testing.T) {
	b := New(Config{Random: rand.Float64})
	b.Update(listOf("a b"), 0)
	for _, name := range []string{"a", "b"} {
		if _, all := b.PausedUntil(1, nil); all {
			t.Error("not all are paused")
		}
		ticket, _ := b.Pick(0, Choice{Skip: func(node *Node) bool { return node.Value != name }})
		b.Report(ticket, survive.Outcome{Kind: survive.Limited, RTT: 1, RetryAfter: 1000}, 0)
		b.Release(ticket)
	}
	if until, all := b.PausedUntil(1, nil); !all || until != 1000 {
		t.Errorf("%v %v", until, all)
	}
}

func TestManyAtOnceWhileTheListChanges(t *testing.T) {
	for _, method := range []Method{P2C, RoundRobin, Weighted, ConsistentHash} {
		b := New(Config{Method: method, SlowStartMs: 100, PanicThreshold: 0.5, HashLoadFactor: 1.25, Zone: "", Random: rand.Float64, Outlier: &testOutlier, Breaker: &testBreaker})
		b.Update(listOf("a b c"), 0)
		var callers sync.WaitGroup
		for caller := range 4 {
			callers.Add(1)
			go func() {
				defer callers.Done()
				for i := range 500 {
					now := float64(i)
					ticket, ok := b.Pick(now, Choice{HashKey: "k", Hashed: caller%2 == 0})
					if !ok {
						t.Error("nobody was there")
						return
					}
					b.Report(ticket, survive.Outcome{Kind: survive.Kind(i % 8), RTT: float64(i)}, now)
					b.Release(ticket)
				}
			}()
		}
		for i := range 100 {
			b.Update(listOf([]string{"a b c", "b c d", "c"}[i%3]), float64(i))
		}
		callers.Wait()
		b.mu.Lock()
		for _, node := range b.view.nodes {
			if node.inFlight != 0 {
				t.Errorf("%d in flight at %s", node.inFlight, node.instance)
			}
		}
		b.mu.Unlock()
	}
}

func TestWhatIsKnownLastsWhileAnEndpointIsRegistered(t *testing.T) {
	b := New(Config{Breaker: &testBreaker, PanicThreshold: 0.1, Random: rand.Float64})
	b.Update(listOf("a b"), 0)
	fail(t, b, "a", survive.Refused, 1, 0)
	critical := listOf("a b")
	critical[0].Usable = false
	b.Update(critical, 1)
	b.Update(listOf("a b"), 2)
	if picks := picksOf(b, 3, 50); picks["a"] != 0 {
		t.Errorf("its breaker is forgotten: %v", picks)
	}
	anew := listOf("a b")
	anew[0].ID = "another"
	b.Update(anew, 4)
	if picks := picksOf(b, 5, 50); picks["a"] == 0 {
		t.Errorf("a new registration begins anew: %v", picks)
	}
}
