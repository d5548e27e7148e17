package miko

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
)

// sentBody is the body of a request over its attempts. One that GetBody can
// make again is made again; any other is sent once, unless an attempt ended
// before it was touched.
type sentBody struct {
	once *onceBody
	used bool
}

func newSentBody(request *http.Request) sentBody {
	if request.Body == nil || request.Body == http.NoBody || request.GetBody != nil {
		return sentBody{}
	}
	return sentBody{once: &onceBody{body: request.Body}}
}

// replayable: it can be sent any number of times.
func (b *sentBody) replayable() bool { return b.once == nil }

// untouched: it may go out, or go out again.
func (b *sentBody) untouched() bool { return b.once == nil || !b.once.begun.Load() }

// next answers the body of the next attempt.
func (b *sentBody) next(request *http.Request) (io.ReadCloser, error) {
	switch {
	case b.once != nil:
		b.once.closed.Store(false)
		return b.once, nil
	case !b.used || request.Body == nil || request.Body == http.NoBody:
		b.used = true
		return request.Body, nil
	}
	return request.GetBody()
}

// failed is the error of the caller's own body, which is nobody else's fault.
func (b *sentBody) failed() error {
	if b.once == nil {
		return nil
	}
	if err := b.once.err.Load(); err != nil {
		return *err
	}
	return nil
}

// leave leaves it to the attempt that was answered, which may be sending it
// still and closes it then: an answer may begin before its request has ended.
func (b *sentBody) leave() {
	if b.once != nil {
		b.once.leave()
	}
}

// close is for a call that failed: it closes what no attempt closes.
func (b *sentBody) close(request *http.Request) {
	if b.once != nil {
		b.once.finish()
		return
	}
	if !b.used {
		closeBody(request)
	}
}

// onceBody outlives attempts that close it before they read from it.
type onceBody struct {
	body  io.ReadCloser
	begun atomic.Bool
	// closed: the attempt of now is done with it; last: no other follows.
	closed, last atomic.Bool
	err          atomic.Pointer[error]
	over         sync.Once
}

func (o *onceBody) Read(p []byte) (int, error) {
	o.begun.Store(true)
	n, err := o.body.Read(p)
	if err != nil && err != io.EOF {
		o.err.Store(&err)
	}
	return n, err
}

// Close closes a body that was read from; one that was not may still be needed.
func (o *onceBody) Close() error {
	o.closed.Store(true)
	if o.begun.Load() || o.last.Load() {
		o.finish()
	}
	return nil
}

// leave says that no other attempt will need it.
func (o *onceBody) leave() {
	o.last.Store(true)
	if o.closed.Load() {
		o.finish()
	}
}

func (o *onceBody) finish() {
	// What a request body says when it is closed interests nobody, as in
	// net/http.
	o.over.Do(func() { _ = o.body.Close() })
}

// answerBody ends the attempt, and the call, when it was read or let go of.
type answerBody struct {
	body    io.ReadCloser
	attempt *attempt
	ended   atomic.Bool
}

func (a *answerBody) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	if err != nil && !a.ended.Swap(true) {
		if err != io.EOF {
			a.attempt.brokeOff()
		}
		a.attempt.call.over(a.attempt)
	}
	return n, err
}

func (a *answerBody) Close() error {
	// Said before: what a read makes of it is not the endpoint's doing.
	first := !a.ended.Swap(true)
	err := a.body.Close()
	if first {
		a.attempt.call.over(a.attempt)
	}
	return err
}

// upgradedBody is that of a 101 answer, which is written to as well.
type upgradedBody struct {
	*answerBody
	io.Writer
}
