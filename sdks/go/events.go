package miko

import (
	"sync"
	"sync/atomic"
	"time"
)

// EventKind names a decision of the client (section 6). The fields that are set,
// besides Kind, are named with each.
type EventKind string

const (
	// EventPicked: an endpoint was chosen for an attempt. Service, Instance.
	EventPicked EventKind = "picked"
	// EventRetried: a call is tried again. Service, Instance (the one that
	// failed), Reason, Attempt.
	EventRetried EventKind = "retried"
	// EventHedged: a second attempt was sent beside a slow one. Service, Instance.
	EventHedged EventKind = "hedged"
	// EventEjected: an endpoint failed too much, and gets no calls for a while.
	// Service, Instance, Reason, For.
	EventEjected EventKind = "ejected"
	// EventReturned: the ejection is over. Service, Instance.
	EventReturned EventKind = "returned"
	// EventOpened: the circuit breaker of an endpoint keeps calls off. Service,
	// Instance, For.
	EventOpened EventKind = "opened"
	// EventHalfOpened: one call tries whether it is well again. Service, Instance.
	EventHalfOpened EventKind = "half_opened"
	// EventClosed: it is, and the breaker lets calls through. Service, Instance.
	EventClosed EventKind = "closed"
	// EventPaused: an endpoint asked for a pause by Retry-After. Service,
	// Instance, For.
	EventPaused EventKind = "paused"
	// EventOverloaded: a call was refused for want of room in the bulkhead.
	// Service.
	EventOverloaded EventKind = "overloaded"
	// EventLimit: adaptive concurrency has another limit. Service, Limit.
	EventLimit EventKind = "limit"
	// EventChanged: the answer about a service is another one. Service, Answer.
	EventChanged EventKind = "changed"
	// EventHeldEmpty: a sudden empty list is not believed yet. Service.
	EventHeldEmpty EventKind = "held_empty"
	// EventConnected: the stream from Miko runs, and the lists are current.
	EventConnected EventKind = "connected"
	// EventStale: nothing brings the lists any more; those held serve on. Once for
	// each outage. Since, Err.
	EventStale EventKind = "stale"
	// EventPolling: streams are cut, so the lists are polled.
	EventPolling EventKind = "polling"
	// EventRegistered: a registration stands in the directory. Service, Instance.
	EventRegistered EventKind = "registered"
	// EventSession: a session was opened. Session.
	EventSession EventKind = "session"
	// EventError: something failed in the background, and is tried again. During,
	// Err.
	EventError EventKind = "error"
)

// Event is one decision of the client. Only the fields named with its kind are
// set.
type Event struct {
	Kind     EventKind
	Service  string
	Instance string
	// Reason of retried (the outcome of the attempt before) and ejected.
	Reason string
	// Attempt of retried: the number of the attempt that follows, from 2.
	Attempt int
	// For how long: ejected, opened, paused.
	For time.Duration
	// Limit is the new one of adaptive concurrency.
	Limit int
	// Answer of changed.
	Answer *Answer
	// Since when the lists may be old: stale.
	Since time.Time
	// Session is the id of the new one.
	Session string
	// During of error is what failed: stream, poll, confirm, cache, session, registration or
	// listener.
	During string
	// Err of error and stale.
	Err error
}

// listeners are told of events, one event at a time for each emitter. Without
// any, emitting costs one atomic load, and no event is built.
type listeners struct {
	mu   sync.Mutex
	all  atomic.Pointer[[]*listener]
	warn func(message string)
}

type listener struct{ take func(Event) }

// on adds a listener, unless it is nil, and answers what takes it away.
func (l *listeners) on(take func(Event)) (stop func()) {
	if take == nil {
		return func() {}
	}
	added := &listener{take: take}
	l.change(func(all []*listener) []*listener { return append(all, added) })
	return func() {
		l.change(func(all []*listener) []*listener {
			for i, one := range all {
				if one == added {
					return append(all[:i], all[i+1:]...)
				}
			}
			return all
		})
	}
}

func (l *listeners) change(edit func([]*listener) []*listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []*listener
	if now := l.all.Load(); now != nil {
		all = append(all, *now...)
	}
	all = edit(all)
	if len(all) == 0 {
		l.all.Store(nil)
		return
	}
	l.all.Store(&all)
}

func (l *listeners) listening() bool { return l.all.Load() != nil }

func (l *listeners) emit(event Event) {
	all := l.all.Load()
	if all == nil {
		return
	}
	for _, one := range *all {
		l.tell(one, event)
	}
}

func (l *listeners) tell(one *listener, event Event) {
	defer func() {
		thrown := recover()
		if thrown == nil {
			return
		}
		err := newError(CodeListenerFailed, "a listener of %q panicked: %v", event.Kind, thrown)
		if event.Kind == EventError {
			l.warn(err.Error())
			return
		}
		l.emit(Event{Kind: EventError, Service: event.Service, During: "listener", Err: err})
	}()
	one.take(event)
}

func (l *listeners) fail(during string, err error) {
	if l.listening() {
		l.emit(Event{Kind: EventError, During: during, Err: err})
	}
}
