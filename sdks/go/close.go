package miko

import (
	"context"
	"time"
)

// hurriedClose bounds a Close whose context had ended before.
const hurriedClose = 2 * time.Second

// Close leaves deliberately: the registrations are taken out, their watchers
// waited for, the session ended, the stream closed. Until their watchers have
// let go the process serves, and so its own calls go on; after that new ones
// fail with closed, and those under way run on. It takes at most the drain time
// and 5 s. It fails only when ctx ends meanwhile; then it goes on in the
// background.
//
// Where ctx has ended before, as one that a signal ends, the registrations
// are taken out all the same, without waiting for their watchers: that takes at
// most 2 s, and does not fail. It also hurries a Close under way.
func (c *Client) Close(ctx context.Context) error {
	ctx = orBackground(ctx)
	ended, drain, bound := ctx.Done(), c.settings.drain, c.settings.drain+departTimeout
	hurried := ctx.Err() != nil
	if hurried {
		within, cancel := context.WithTimeout(context.Background(), hurriedClose)
		defer cancel()
		ended, drain, bound = within.Done(), 0, hurriedClose
	}
	if !c.closing.Swap(true) {
		go c.leave(drain, bound)
	} else if hurried {
		c.hurry()
	}
	select {
	case <-c.left:
	case <-ended:
		if !hurried {
			return contextError(ctx)
		}
	}
	return nil
}

// leave ends within its bound also where a goroutine of the client does not: it
// may be the one whose listener waits for Close.
func (c *Client) leave(drain, bound time.Duration) {
	defer close(c.left)
	ctx, cancel := context.WithTimeout(context.Background(), bound)
	defer cancel()
	// Time is left to tell Miko that the session is over.
	departing, enough := context.WithTimeout(ctx, bound-min(sessionCloseTimeout, bound/2))
	defer enough()
	defer context.AfterFunc(c.hurried, func() {
		enough()
		time.AfterFunc(hurriedClose, cancel)
	})()
	c.mu.Lock()
	session := c.session
	leaving := make([]*Registered, 0, len(c.registrations))
	for _, r := range c.registrations {
		leaving = append(leaving, r)
	}
	c.mu.Unlock()
	for _, r := range leaving {
		r.mu.Lock()
		r.departing, r.drain = true, min(r.drain, drain)
		r.mu.Unlock()
		r.depart()
	}
	for _, r := range leaving {
		select {
		case <-r.over:
		case <-departing.Done():
		}
	}
	c.isDeparted.Store(true)
	close(c.departed)
	if session != nil {
		unlessKept(ctx, func() { session.close(ctx) })
	}
	c.cancel()
	unlessKept(ctx, func() {
		c.directory.close()
		c.directory.done.Wait()
		c.link.http.CloseIdleConnections()
	})
}

// unlessKept waits for work until ctx ends: a listener that it tells may keep it.
func unlessKept(ctx context.Context, work func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		work()
	}()
	select {
	case <-ended:
	case <-ctx.Done():
	}
}
