package miko

import (
	"context"
	"iter"
)

// Watch gives the answer held about the service, when there is one, and each
// new one, until ctx ends, the client has departed (see its Close) or the loop is left. A slow
// reader gets the newest and misses those between.
//
// A name that is refused gives one answer, NotReady with the reason in Err; so
// does a client that is closed.
func (c *Client) Watch(ctx context.Context, service string) iter.Seq[*Answer] {
	return func(yield func(*Answer) bool) {
		ctx := orBackground(ctx)
		s, err := c.directory.service(service)
		if c.isDeparted.Load() {
			err = errClosed()
		}
		if err != nil {
			yield(&Answer{State: NotReady, Service: service, Err: err})
			return
		}
		w := s.watch()
		defer s.unwatch(w)
		var last *Answer
		for ctx.Err() == nil && !c.isDeparted.Load() {
			if answer := s.answer.Load(); answer != nil && answer != last {
				last = answer
				if !yield(answer) {
					return
				}
			}
			select {
			case <-w.wake:
			case <-ctx.Done():
			case <-c.departed:
			}
		}
	}
}
