package survive

import (
	"context"
	"math"
	"testing"
	"time"
)

func middle() float64 { return 0.5 }

var breakerSettings = BreakerSettings{WindowMs: 10_000, MinRequests: 20, FailureShare: 0.5, OpenMs: 1000, MaxOpenMs: 4000}

func TestABreakerOpensAtOnceWhenRefused(t *testing.T) {
	var b Breaker
	if b.Report(&breakerSettings, Refused, false, 0, middle) != Opened || b.Available() || b.Until() != 1000 {
		t.Errorf("%+v", b)
	}
}

func TestABreakerOpensByItsShareOfTheWindow(t *testing.T) {
	for name, test := range map[string]struct {
		ok, failed int
		gap        float64
		opens      bool
	}{
		"too few":            {9, 10, 0, false},
		"half of twenty":     {10, 10, 0, true},
		"less than half":     {11, 10, 0, false},
		"those of long ago":  {10, 10, 1000, false},
		"those still inside": {10, 10, 400, true},
	} {
		var b Breaker
		now := 0.0
		for range test.ok {
			b.Report(&breakerSettings, OK, false, now, middle)
			now += test.gap
		}
		for range test.failed {
			b.Report(&breakerSettings, Failed, false, now, middle)
			now += test.gap
		}
		if opens := b.State() == Open; opens != test.opens {
			t.Errorf("%s: %v", name, opens)
		}
	}
}

func TestOneProbeDecides(t *testing.T) {
	var b Breaker
	b.Report(&breakerSettings, Refused, false, 0, middle)
	if b.Look(999) || !b.Look(1000) || !b.Available() {
		t.Fatalf("%+v", b)
	}
	if !b.Begin() || b.Available() || b.Begin() {
		t.Fatal("there is one probe")
	}
	// An attempt that began before says nothing.
	if b.Report(&breakerSettings, OK, false, 1001, middle) != Unchanged || b.Available() {
		t.Fatal("it was not the probe")
	}
	if b.Report(&breakerSettings, Cancelled, true, 1001, middle) != Probeless || !b.Begin() {
		t.Fatal("a probe that says nothing makes room for another")
	}
	if b.Report(&breakerSettings, Broken, true, 1002, middle) != Opened || b.Until() != 1002+2000 {
		t.Fatalf("%+v", b)
	}
	b.Look(5000)
	b.Begin()
	if b.Report(&breakerSettings, Limited, true, 5001, middle) != Reclosed || !b.Available() {
		t.Fatalf("%+v", b)
	}
	b.Report(&breakerSettings, Refused, false, 6000, middle)
	if b.Until() != 7000 {
		t.Errorf("it did not forget: %v", b.Until())
	}
}

func TestABreakerStaysOpenForAtMostItsLongest(t *testing.T) {
	var b Breaker
	now := 0.0
	for range 50 {
		b.Report(&breakerSettings, Refused, b.Begin(), now, func() float64 { return 1 })
		now = b.Until()
		b.Look(now)
	}
	b.Report(&breakerSettings, Refused, b.Begin(), now, func() float64 { return 1 })
	if d := b.Until() - now; math.Abs(d-4800) > 1e-6 {
		t.Errorf("%v ms", d)
	}
}

func TestServersAreNeverUndercut(t *testing.T) {
	if got := NotUnder(200, 1000, func() float64 { return 1 }); got != 1200 {
		t.Error(got)
	}
	if got := NotUnder(5000, 1000, middle); got != 5000 {
		t.Error(got)
	}
	if got := NotUnder(0, 900_000, func() float64 { return 0 }); got != MaxRetryAfterMs {
		t.Error(got)
	}
}

func TestABulkheadLetsInInOrder(t *testing.T) {
	b := NewBulkhead(1, 2)
	ctx := context.Background()
	enter := func() chan bool {
		entered := make(chan bool, 1)
		go func() {
			ok := b.Enter(ctx, time.Minute) == nil
			entered <- ok
		}()
		return entered
	}
	if b.Enter(ctx, 0) != nil {
		t.Fatal("there is room")
	}
	if b.Enter(ctx, 0) != ErrNoRoom {
		t.Fatal("this one may not wait")
	}
	first := enter()
	waiting(t, b, 1)
	second := enter()
	waiting(t, b, 2)
	if b.Enter(ctx, time.Minute) != ErrQueueFull {
		t.Fatal("the queue is full")
	}
	b.Leave()
	if !<-first || len(second) != 0 {
		t.Fatal("not in order")
	}
	b.SetLimit(2)
	if !<-second || b.InFlight() != 2 {
		t.Fatal("a higher limit lets in")
	}
}

func TestWhoGivesUpWaitingTakesNoPlace(t *testing.T) {
	b := NewBulkhead(1, 2)
	b.Enter(context.Background(), 0)
	if err := b.Enter(context.Background(), time.Millisecond); err != ErrNoRoom {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := b.Enter(ctx, time.Minute); err != context.Canceled {
		t.Errorf("%v", err)
	}
	b.Leave()
	if b.InFlight() != 0 {
		t.Errorf("%d in flight", b.InFlight())
	}
}

func waiting(t *testing.T, b *Bulkhead, n int) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); time.Now().Before(until); time.Sleep(time.Millisecond) {
		b.mu.Lock()
		reached := b.queue.Len() == n
		b.mu.Unlock()
		if reached {
			return
		}
	}
	t.Fatalf("there were never %d waiting", n)
}
