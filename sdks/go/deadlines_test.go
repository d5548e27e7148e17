package miko

import (
	"context"
	"math/rand/v2"
	"testing"
)

func due(t *testing.T, d *deadlines, at float64) *attempt {
	t.Helper()
	a := new(attempt)
	a.ctx.bind(context.Background())
	d.add(a, at)
	return a
}

func TestDeadlinesRingInTheirOrder(t *testing.T) {
	d := newDeadlines(newClock())
	now := d.clock.now()
	far := due(t, d, now+3_600_000)
	late, early := due(t, d, now+40), due(t, d, now+10)
	<-early.ctx.Done()
	if d.clock.now() < now+10 || early.ctx.ended() != errCallTime || d.remove(early) {
		t.Error("it rang too early, or was not noticed")
	}
	<-late.ctx.Done()
	if d.clock.now() < now+40 || far.ctx.ended() != nil || !d.remove(far) || !d.remove(far) {
		t.Error("it rang too early, or rang for another")
	}
}

func TestDeadlinesKeepOnlyThoseThatAreSet(t *testing.T) {
	d := newDeadlines(newClock())
	now := d.clock.now() + 3_600_000
	var set []*attempt
	for range 100 {
		set = append(set, due(t, d, now+rand.Float64()))
	}
	rand.Shuffle(len(set), func(i, j int) { set[i], set[j] = set[j], set[i] })
	for left := len(set); left > 0; left-- {
		before, n := 0.0, 0
		for a := d.first; a != nil; a = a.alarm.after {
			if a.alarm.due < before {
				t.Fatal("it is out of order")
			}
			before = a.alarm.due
			n++
		}
		if n != left || !d.remove(set[left-1]) {
			t.Fatalf("%d of %d are left", n, left)
		}
	}
	if d.first != nil || d.last != nil {
		t.Error("something is left")
	}
}

func TestAnAlarmThatWasNeverSetHasNotGoneOff(t *testing.T) {
	var a attempt
	if !newDeadlines(newClock()).remove(&a) {
		t.Error("it has")
	}
}
