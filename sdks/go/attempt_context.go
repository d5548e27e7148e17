package miko

import (
	"context"
	"errors"
	"sync"
	"time"
)

// attemptContext is the context of one attempt: the caller's values and
// deadline, and an end of its own.
type attemptContext struct {
	parent context.Context
	*ender
	// unbind takes it off its parent; nil where that never ends.
	unbind func() bool
}

// ender is a context that says no more than that something has ended. Making
// one, and net/http's listening to it, is the dearest part of a call: one that
// was not needed serves again.
type ender struct {
	end    context.Context
	cancel context.CancelCauseFunc
}

var enders = sync.Pool{New: func() any {
	var e ender
	e.end, e.cancel = context.WithCancelCause(context.Background())
	return &e
}}

// bind makes the attempt end with its parent.
func (c *attemptContext) bind(parent context.Context) {
	c.parent = parent
	c.ender = enders.Get().(*ender)
	if parent.Done() != nil {
		c.unbind = context.AfterFunc(parent, func() { c.cancel(context.Cause(parent)) })
	}
}

// forRequest is the context itself, or its ender where there is nothing else to
// it: the package context is quicker with its own.
func (c *attemptContext) forRequest() context.Context {
	if c.parent == context.Background() {
		return c.end
	}
	return c
}

// forget is for an attempt that is over. Its ender serves again if nobody can
// cancel it any more, for which the caller speaks, and nobody did.
func (c *attemptContext) forget(reusable bool) {
	if c.unbind != nil && !c.unbind() {
		return
	}
	if reusable && c.ended() == nil {
		enders.Put(c.ender)
	}
}

// ended answers the cause, nil before the end.
func (c *attemptContext) ended() error { return context.Cause(c.end) }

func (c *attemptContext) Deadline() (time.Time, bool) { return c.parent.Deadline() }

func (c *attemptContext) Done() <-chan struct{} { return c.end.Done() }

// Err is DeadlineExceeded only when the caller's deadline has passed.
func (c *attemptContext) Err() error {
	err := c.end.Err()
	if err != nil && errors.Is(c.ended(), context.DeadlineExceeded) {
		return context.DeadlineExceeded
	}
	return err
}

// Value asks the ender first, by which the package context knows its own and
// needs no goroutine; it has no other values.
func (c *attemptContext) Value(key any) any {
	if value := c.end.Value(key); value != nil {
		return value
	}
	return c.parent.Value(key)
}
