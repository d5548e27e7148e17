package miko

import (
	"math"
	"sync"
	"time"
)

// deadlines ends the attempts of a service whose calls are out of time. Nearly
// all calls have the same time, so they are due in the order in which they came:
// a list with one timer costs a call far less than a timer of its own.
type deadlines struct {
	clock clock

	mu          sync.Mutex
	first, last *attempt
	// timer is set for the first, or for one before it that is not there any
	// more; setFor is infinite while it is not set.
	timer  *time.Timer
	setFor float64
}

// alarm is the place of an attempt among the deadlines, or a timer of its own.
type alarm struct {
	timer         *time.Timer
	due           float64
	before, after *attempt
	state         alarmState
}

type alarmState uint8

const (
	alarmOff alarmState = iota
	alarmSet
	alarmRang
)

func newDeadlines(clock clock) *deadlines { return &deadlines{clock: clock, setFor: math.Inf(1)} }

// add ends the attempt's context by errCallTime when it is due, in ms of the
// clock.
func (d *deadlines) add(a *attempt, due float64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.last
	for before != nil && before.alarm.due > due {
		before = before.alarm.before
	}
	after := d.first
	if before != nil {
		after = before.alarm.after
	}
	a.alarm = alarm{due: due, before: before, after: after, state: alarmSet}
	d.link(before, a)
	d.link(a, after)
	if due < d.setFor {
		d.wakeAtFirst(d.clock.now())
	}
}

// remove answers false when the alarm went off before.
func (d *deadlines) remove(a *attempt) bool {
	if a.alarm.due == 0 {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if a.alarm.state == alarmSet {
		d.unlink(a)
		a.alarm.state = alarmOff
	}
	return a.alarm.state == alarmOff
}

// ring ends those that are due.
func (d *deadlines) ring() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.setFor = math.Inf(1)
	now := d.clock.now()
	for d.first != nil && d.first.alarm.due <= now {
		a := d.first
		d.unlink(a)
		a.alarm.state = alarmRang
		a.ctx.cancel(errCallTime)
	}
	if d.first != nil {
		d.wakeAtFirst(now)
	}
}

func (d *deadlines) wakeAtFirst(now float64) {
	d.setFor = d.first.alarm.due
	// Rounded up: not to ring a moment before it is due.
	left := milliseconds(d.setFor-now) + time.Microsecond
	if d.timer == nil {
		d.timer = time.AfterFunc(left, d.ring)
		return
	}
	d.timer.Reset(left)
}

func (d *deadlines) unlink(a *attempt) {
	before, after := a.alarm.before, a.alarm.after
	d.link(before, after)
	a.alarm.before, a.alarm.after = nil, nil
}

// link makes two follow each other; nil is the end of the list.
func (d *deadlines) link(before, after *attempt) {
	if before == nil {
		d.first = after
	} else {
		before.alarm.after = after
	}
	if after == nil {
		d.last = before
	} else {
		after.alarm.before = before
	}
}
