package miko

import (
	"sync"
	"sync/atomic"
	"time"
)

// EventKind names a decision of the client (section 6).
type EventKind string

const (
	EventPicked     EventKind = "picked"
	EventRetried    EventKind = "retried"
	EventHedged     EventKind = "hedged"
	EventEjected    EventKind = "ejected"
	EventReturned   EventKind = "returned"
	EventOpened     EventKind = "opened"
	EventHalfOpened EventKind = "half_opened"
	EventClosed     EventKind = "closed"
	EventPaused     EventKind = "paused"
	EventOverloaded EventKind = "overloaded"
	EventLimit      EventKind = "limit"
	EventChanged    EventKind = "changed"
	EventHeldEmpty  EventKind = "held_empty"
	EventConnected  EventKind = "connected"
	EventStale      EventKind = "stale"
	EventPolling    EventKind = "polling"
	EventRegistered EventKind = "registered"
	EventSession    EventKind = "session"
	EventError      EventKind = "error"
)

// Event is one decision of the client. Only the fields that its kind names are
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
	// During of error: stream, poll, confirm, cache, session, registration or
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

// on adds a listener and answers what takes it away.
func (l *listeners) on(take func(Event)) (stop func()) {
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
