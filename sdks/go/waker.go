package miko

import (
	"context"
	"time"
)

// waker is a wait that others may end early. A wake while nobody waits ends the
// next wait at once, so that none is lost.
type waker chan struct{}

func newWaker() waker { return make(waker, 1) }

func (w waker) wake() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// wait lasts d, or until it is woken or ctx ends; a negative d is over at once.
func (w waker) wait(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-w:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// forever is a wait that only a wake ends.
const forever = time.Duration(1<<63 - 1)
