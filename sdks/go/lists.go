package miko

import (
	"cmp"
	"maps"
	"slices"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

// lists are what this client holds: the frames applied in order, over what the
// disk remembered. A good list is replaced by better knowledge only (sections
// 1.5 to 1.7). Whoever uses it holds the lock.
type lists struct {
	held map[string]*heldList
}

type heldList struct {
	state     State
	cause     string
	revision  int64
	endpoints map[string]*Endpoint
	source    Source
	// heard: Miko itself has spoken of the service in this run.
	heard bool
	// doubted is the empty list that Miko told, while it is not believed.
	doubted *wire.List
	answer  *Answer
}

// applied is what one frame did.
type applied struct {
	// changed are the services whose answer is another one now.
	changed []string
	// released: something was taken away, replaced or drained, and whoever
	// waits for that should hear of it at once.
	released bool
	// doubted are those said to be empty all of a sudden.
	doubted []string
}

func newLists() *lists { return &lists{held: map[string]*heldList{}} }

// answer is what is held of the service; nil when nobody said anything yet.
func (l *lists) answer(service string) *Answer {
	list := l.held[service]
	if list == nil {
		return nil
	}
	if list.answer == nil {
		list.answer = list.makeAnswer(service)
	}
	return list.answer
}

func (l *lists) heard(service string) bool {
	list := l.held[service]
	return list != nil && list.heard
}

func (l *lists) isDoubted(service string) bool {
	list := l.held[service]
	return list != nil && list.doubted != nil
}

func (l *lists) snapshot(frame *wire.Snapshot) applied {
	done := applied{released: true}
	for service, list := range frame.Services {
		if before := l.held[service]; before != nil && before.isSudden(list) {
			if before.doubted == nil {
				done.doubted = append(done.doubted, service)
			}
			before.doubted, before.heard = list, true
			continue
		}
		if l.take(service, list) {
			done.changed = append(done.changed, service)
		}
	}
	return done
}

func (l *lists) delta(frame *wire.Delta) applied {
	var done applied
	for service, change := range frame.Services {
		l.change(service, change)
		done.changed = append(done.changed, service)
		done.released = done.released || releases(change)
	}
	return done
}

// confirmation takes what a second question said of services in doubt; of the
// others it says nothing new.
func (l *lists) confirmation(services map[string]*wire.List) applied {
	var done applied
	for service, list := range services {
		if l.isDoubted(service) && l.take(service, list) {
			done.changed = append(done.changed, service)
			done.released = true
		}
	}
	return done
}

func (l *lists) restore(saved map[string]*wire.List) {
	for service, list := range saved {
		l.held[service] = hold(service, list, FromDisk)
	}
}

// save answers what is worth keeping over a restart: the known and empty lists
// that Miko told in this run.
func (l *lists) save() map[string]*wire.List {
	worth := map[string]*wire.List{}
	for service, list := range l.held {
		if list.source != FromMiko || list.state == Unknown {
			continue
		}
		saved := &wire.List{State: string(list.state), Cause: wire.Text(list.cause), Revision: list.revision, Endpoints: []wire.Endpoint{}}
		for _, name := range slices.Sorted(maps.Keys(list.endpoints)) {
			saved.Endpoints = append(saved.Endpoints, endpointToWire(list.endpoints[name]))
		}
		worth[service] = saved
	}
	return worth
}

// take takes a whole list, and answers whether it says anything new.
func (l *lists) take(service string, list *wire.List) bool {
	before := l.held[service]
	// "No such service" never wipes a good list: it is what a Miko says that
	// lost its data.
	if list.State == string(Unknown) && before != nil && before.isKnown() {
		before.heard, before.doubted = true, nil
		return false
	}
	after := hold(service, list, FromMiko)
	l.held[service] = after
	return before == nil || !before.same(after)
}

func (l *lists) change(service string, change *wire.Change) {
	list := l.base(service)
	l.held[service] = list
	for _, gone := range change.Gone {
		// The id decides: a late "gone" of an older registration takes nothing
		// from the one that followed it.
		if held := list.endpoints[gone.Instance]; held != nil && held.ID == gone.ID {
			delete(list.endpoints, gone.Instance)
		}
	}
	for i := range change.Set {
		list.endpoints[change.Set[i].Instance] = endpointFromWire(service, &change.Set[i])
	}
	list.source, list.heard, list.answer = FromMiko, true, nil
	if change.State == string(Unknown) && list.isKnown() {
		return
	}
	if change.State == string(Empty) || change.State == string(Unknown) {
		clear(list.endpoints)
	}
	list.state, list.cause, list.revision = State(change.State), string(change.Cause), change.Revision
}

// base is what a delta is applied to. It names each departure, so after one the
// empty list before it is no longer doubted.
func (l *lists) base(service string) *heldList {
	list := l.held[service]
	if list == nil {
		return hold(service, &wire.List{State: string(Unknown)}, FromMiko)
	}
	if list.doubted != nil {
		return hold(service, list.doubted, FromMiko)
	}
	return list
}

func hold(service string, list *wire.List, source Source) *heldList {
	held := &heldList{
		state: State(list.State), cause: string(list.Cause), revision: list.Revision,
		endpoints: make(map[string]*Endpoint, len(list.Endpoints)), source: source, heard: source == FromMiko,
	}
	for i := range list.Endpoints {
		held.endpoints[list.Endpoints[i].Instance] = endpointFromWire(service, &list.Endpoints[i])
	}
	return held
}

// isSudden tells whether a service with usable endpoints is said to be empty
// for a reason that nobody meant.
func (h *heldList) isSudden(list *wire.List) bool {
	if list.State == string(Unknown) || len(list.Endpoints) > 0 {
		return false
	}
	switch list.Cause {
	case "departed", "deregistered", "draining", "denied":
		return false
	}
	return h.isKnown()
}

// isKnown tells whether there is an endpoint that may be used.
func (h *heldList) isKnown() bool {
	for _, endpoint := range h.endpoints {
		if endpoint.Usable() {
			return true
		}
	}
	return false
}

// same tells whether both say the same: every field that is shown moves the
// revision.
func (h *heldList) same(other *heldList) bool {
	return h.state == other.state && h.cause == other.cause && h.source == other.source &&
		maps.EqualFunc(h.endpoints, other.endpoints, func(a, b *Endpoint) bool { return a.ID == b.ID && a.Revision == b.Revision })
}

func (h *heldList) makeAnswer(service string) *Answer {
	if h.state == Unknown && len(h.endpoints) == 0 {
		return &Answer{State: Unknown, Service: service}
	}
	answer := &Answer{State: Known, Service: service, Revision: h.revision, Source: h.source}
	for _, endpoint := range h.endpoints {
		if endpoint.Usable() {
			answer.Endpoints = append(answer.Endpoints, endpoint)
		} else {
			answer.Unusable = append(answer.Unusable, endpoint)
		}
	}
	slices.SortFunc(answer.Endpoints, byInstance)
	slices.SortFunc(answer.Unusable, byInstance)
	if len(answer.Endpoints) > 0 {
		return answer
	}
	answer.State, answer.Cause = Empty, h.cause
	if answer.Cause == "" {
		answer.Cause = latestCause(answer.Unusable)
	}
	return answer
}

func byInstance(a, b *Endpoint) int { return cmp.Compare(a.Instance, b.Instance) }

// latestCause is why none is usable, read from the one that changed last.
func latestCause(unusable []*Endpoint) string {
	var latest *Endpoint
	for _, endpoint := range unusable {
		if latest == nil || endpoint.Revision >= latest.Revision {
			latest = endpoint
		}
	}
	if latest == nil {
		return ""
	}
	if latest.State != "active" {
		return latest.State
	}
	return latest.Health
}

func releases(change *wire.Change) bool {
	if len(change.Gone) > 0 || change.State != string(Known) {
		return true
	}
	return slices.ContainsFunc(change.Set, func(e wire.Endpoint) bool { return e.State != "active" })
}
