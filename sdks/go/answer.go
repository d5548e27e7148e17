package miko

import "fmt"

// State says which of four answers the directory gave; they are never blurred.
type State string

const (
	// Known: at least one endpoint may get requests.
	Known State = "known"
	// Empty: the service exists and nothing may get requests; Cause says why.
	Empty State = "empty"
	// Unknown: Miko has no such service.
	Unknown State = "unknown"
	// NotReady: nobody could say yet; Err is why, where that is known.
	NotReady State = "not_ready"
)

// Source says where a list comes from.
type Source string

const (
	FromMiko  Source = "miko"
	FromDisk  Source = "disk"
	FromFixed Source = "fixed"
)

// Answer is what the directory says of a service. It is shared: change nothing
// in it.
type Answer struct {
	State   State
	Service string
	// Revision is that of the list; 0 where there is none.
	Revision int64
	// Cause says why the service is Empty: departed, expired, critical, …
	Cause string
	// Source is "" for Unknown and NotReady.
	Source Source
	// Endpoints may get requests; ordered by instance.
	Endpoints []*Endpoint
	// Unusable are registered, but draining, denied, critical or starting.
	Unusable []*Endpoint
	// Err is why nobody could say, for NotReady; may be nil.
	Err error
}

// knowsTheService tells whether the answer outdoes what is fixed. What was never
// registered does not, nor what was registered and not ready yet, unless it has
// moved: it was known before (section 7).
func (a *Answer) knowsTheService(moved bool) bool {
	switch a.State {
	case Known:
		return true
	case Empty:
		return a.Cause != "never_registered" && (a.Cause != "starting" || moved)
	}
	return false
}

// Known, Empty and so on as an error for those who needed an endpoint; nil
// when there is one.
func (a *Answer) refusal() error {
	switch a.State {
	case Known:
		return nil
	case Empty:
		cause := a.Cause
		if cause == "" {
			cause = "no cause given"
		}
		return newError(CodeNoEndpoint, "%s has no endpoint that may get requests: %s", a.Service, cause)
	case Unknown:
		return newError(CodeUnknownService, "Miko knows no service %s", a.Service)
	}
	return &Error{Code: CodeNotReady, Message: fmt.Sprintf("the endpoints of %s are not known yet", a.Service), Cause: a.Err}
}
