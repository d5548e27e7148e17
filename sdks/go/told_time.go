package miko

import (
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"
)

// The headers of an attempt, as net/http writes them.
const (
	timeoutHeader        = "Miko-Timeout-Ms"
	acceptEncodingHeader = "Accept-Encoding"
)

// toldTime is what is left of a call's time, as it is told to the endpoint. The
// last one is kept, for most calls of a service are told the same: net/http only
// reads the header of a request, so many requests may share it.
type toldTime struct {
	ms     int
	values []string
	// alone is the whole header of a request that came without.
	alone http.Header
}

func (s *service) tell(ms int) *toldTime {
	if last := s.told.Load(); last != nil && last.ms == ms {
		return last
	}
	values := []string{strconv.Itoa(ms)}
	told := &toldTime{ms, values, http.Header{timeoutHeader: values, acceptEncodingHeader: acceptGzip}}
	s.told.Store(told)
	return told
}

// header is the caller's, what is left of the time, whether gzip will do, and
// what propagate adds.
func (a *attempt) header(given http.Header) http.Header {
	s, told := a.call.service, a.told(given)
	a.asksGzip = asksGzip(a.call.request)
	propagate := s.client.settings.propagate
	if len(given) == 0 && told != nil && a.asksGzip && propagate == nil {
		return told.alone
	}
	header := maps.Clone(given)
	switch {
	case given == nil:
		header = http.Header{}
	case propagate != nil:
		header = given.Clone()
	}
	if told != nil {
		header[timeoutHeader] = slices.Clone(told.values)
	}
	if a.asksGzip {
		header[acceptEncodingHeader] = slices.Clone(acceptGzip)
	}
	if propagate != nil {
		propagate(&a.ctx, header)
	}
	return header
}

// told is nil where the caller says it, or there is no deadline.
func (a *attempt) told(given http.Header) *toldTime {
	if _, own := given[timeoutHeader]; own || math.IsInf(a.call.deadline, 1) {
		return nil
	}
	// A little is added, for begun + timeout - begun is not quite the timeout.
	return a.call.service.tell(max(1, int(a.call.deadline-a.begun+0.001)))
}
