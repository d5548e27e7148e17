// Package wire holds the shapes of Miko's HTTP contract that the SDK reads and
// writes, names as on the wire. Reading is strict where a mistake would send
// calls astray and lenient for everything a later Miko may add.
package wire

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Endpoint is one, as listed.
type Endpoint struct {
	ID        string `json:"id"`
	Instance  string `json:"instance"`
	Host      Text   `json:"host"`
	Port      Number `json:"port"`
	Protocol  string `json:"protocol"`
	PublicURL Text   `json:"public_url"`
	Zone      Text   `json:"zone"`
	Weight    int    `json:"weight"`
	Tags      Words  `json:"tags"`
	Labels    Labels `json:"labels"`
	Health    string `json:"health"`
	State     string `json:"state"`
	Revision  int64  `json:"revision"`
	Held      Flag   `json:"held"`
}

// List is one service of a snapshot, or of the disk.
type List struct {
	State     string     `json:"state"`
	Cause     Text       `json:"cause"`
	Revision  int64      `json:"revision"`
	Endpoints []Endpoint `json:"endpoints"`
}

// Gone names an endpoint that left.
type Gone struct {
	Instance string `json:"instance"`
	ID       string `json:"id"`
}

// Change is one service of a delta.
type Change struct {
	State    string     `json:"state"`
	Cause    Text       `json:"cause"`
	Revision int64      `json:"revision"`
	Set      []Endpoint `json:"set"`
	Gone     []Gone     `json:"gone"`
}

// Snapshot is the whole of what was asked for; an answered list is one too.
type Snapshot struct {
	Revision int64            `json:"revision"`
	Services map[string]*List `json:"services"`
}

// Delta is what changed.
type Delta struct {
	Revision int64              `json:"revision"`
	Services map[string]*Change `json:"services"`
}

// Bookmark says that nothing changed up to a revision.
type Bookmark struct {
	Revision int64 `json:"revision"`
}

// Session as opened and renewed.
type Session struct {
	ID                string `json:"id"`
	RenewEverySeconds int    `json:"renew_every_seconds"`
}

// Registration is the body of a register call; all fields are there.
type Registration struct {
	Session   string            `json:"session"`
	Host      string            `json:"host"`
	Port      int               `json:"port"`
	Protocol  string            `json:"protocol"`
	PublicURL Text              `json:"public_url"`
	Zone      Text              `json:"zone"`
	Weight    int               `json:"weight"`
	Tags      []string          `json:"tags"`
	Labels    map[string]string `json:"labels"`
	Check     any               `json:"check"`
}

// ReadFrame reads one event of the stream: a *Snapshot, *Delta or *Bookmark;
// a map for an error; nil for a word that this version does not know.
func ReadFrame(event string, data []byte) (any, error) {
	switch event {
	case "snapshot":
		return ReadSnapshot(data)
	case "delta":
		return readDelta(data)
	case "bookmark":
		var frame struct {
			Revision *int64 `json:"revision"`
		}
		if err := Unmarshal(data, &frame); err != nil {
			return nil, err
		}
		if frame.Revision == nil || *frame.Revision < 0 {
			return nil, wrong("bookmark.revision", "a whole number")
		}
		return &Bookmark{*frame.Revision}, nil
	case "error":
		problem := map[string]any{}
		return problem, Unmarshal(data, &problem)
	}
	return nil, nil
}

// ReadSnapshot reads a snapshot, or the answer of the endpoint list.
func ReadSnapshot(data []byte) (*Snapshot, error) {
	var frame struct {
		Revision *int64           `json:"revision"`
		Services map[string]*List `json:"services"`
	}
	if err := Unmarshal(data, &frame); err != nil {
		return nil, err
	}
	if frame.Revision == nil || *frame.Revision < 0 {
		return nil, wrong("snapshot.revision", "a whole number")
	}
	if frame.Services == nil {
		return nil, wrong("snapshot.services", "an object")
	}
	for name, list := range frame.Services {
		if err := list.check(name); err != nil {
			return nil, err
		}
	}
	return &Snapshot{*frame.Revision, frame.Services}, nil
}

func readDelta(data []byte) (*Delta, error) {
	var frame struct {
		Revision *int64             `json:"revision"`
		Services map[string]*Change `json:"services"`
	}
	if err := Unmarshal(data, &frame); err != nil {
		return nil, err
	}
	if frame.Revision == nil || *frame.Revision < 0 {
		return nil, wrong("delta.revision", "a whole number")
	}
	if frame.Services == nil {
		return nil, wrong("delta.services", "an object")
	}
	for name, change := range frame.Services {
		if err := change.check(name); err != nil {
			return nil, err
		}
	}
	return &Delta{*frame.Revision, frame.Services}, nil
}

// CheckList refuses what is no list.
func (l *List) check(at string) error {
	if l == nil {
		return wrong(at, "an object")
	}
	if err := checkState(l.State, at); err != nil {
		return err
	}
	if l.Endpoints == nil {
		return wrong(at+".endpoints", "a list")
	}
	return checkEndpoints(l.Endpoints, at)
}

// Valid tells whether a list read from the disk is one.
func (l *List) Valid() bool { return l.check("list") == nil }

func (c *Change) check(at string) error {
	if c == nil {
		return wrong(at, "an object")
	}
	if err := checkState(c.State, at); err != nil {
		return err
	}
	for _, gone := range c.Gone {
		if gone.Instance == "" || gone.ID == "" {
			return wrong(at+".gone", "instances with ids")
		}
	}
	return checkEndpoints(c.Set, at)
}

func checkState(state, at string) error {
	if state != "known" && state != "empty" && state != "unknown" {
		return wrong(at+".state", "known, empty or unknown")
	}
	return nil
}

func checkEndpoints(endpoints []Endpoint, at string) error {
	for i := range endpoints {
		if err := endpoints[i].Check(at); err != nil {
			return err
		}
	}
	return nil
}

// Check refuses what is no endpoint.
func (e *Endpoint) Check(at string) error {
	for _, field := range [...]struct{ name, value string }{
		{"id", e.ID}, {"instance", e.Instance}, {"protocol", e.Protocol}, {"health", e.Health}, {"state", e.State},
	} {
		if field.value == "" {
			return wrong(at+"."+field.name, "a string")
		}
	}
	if e.Weight < 0 || e.Revision < 0 {
		return wrong(at, "of a whole weight and revision")
	}
	return nil
}

// Unmarshal reads JSON; what is of the wrong type is told by its place in the
// answer.
func Unmarshal(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var typed *json.UnmarshalTypeError
	if !errors.As(err, &typed) {
		return err
	}
	if typed.Field == "" {
		return fmt.Errorf("it should be no %s", typed.Value)
	}
	return fmt.Errorf("%s should be no %s", typed.Field, typed.Value)
}

func wrong(at, wanted string) error { return fmt.Errorf("%s should be %s", at, wanted) }
