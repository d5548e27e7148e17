package miko

import (
	"context"
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
// what propagate adds. The error is that it panicked.
func (a *attempt) header(given http.Header) (http.Header, error) {
	s, told := a.call.service, a.told(given)
	a.asksGzip = asksGzip(a.call.request)
	propagate := s.client.settings.propagate
	if len(given) == 0 && told != nil && a.asksGzip && propagate == nil {
		return told.alone, nil
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
		if err := propagated(&a.ctx, header, propagate); err != nil {
			return nil, err
		}
	}
	return header, nil
}

// propagated calls what is the caller's own code: its panic fails the call, and
// ends neither a goroutine that is not the caller's nor what the call holds.
func propagated(ctx context.Context, header http.Header, propagate func(context.Context, http.Header)) (err error) {
	defer func() {
		if thrown := recover(); thrown != nil {
			err = newError(CodeListenerFailed, "propagate panicked: %v", thrown)
		}
	}()
	propagate(ctx, header)
	return nil
}

// told is nil where the caller says it, or there is no deadline.
func (a *attempt) told(given http.Header) *toldTime {
	if _, own := given[timeoutHeader]; own || math.IsInf(a.call.deadline, 1) {
		return nil
	}
	// A little is added, for begun + timeout - begun is not quite the timeout.
	return a.call.service.tell(max(1, int(a.call.deadline-a.begun+0.001)))
}
