package miko

import (
	"math/rand/v2"
	"slices"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// confirm asks a second time about services that lost all their endpoints at
// once, and nobody meant it: more often Miko lost sight of them than they are
// gone (section 1.7). Until there is an answer the list that works is held; the
// loop ends when nothing is in doubt.
func (d *directory) confirm(doubted []string) {
	slices.Sort(doubted)
	wait := d.client.settings.confirmEmpty
	for failures := 0; ; failures++ {
		pause(d.ctx, wait, nil)
		d.mu.Lock()
		left := slices.DeleteFunc(slices.Clone(doubted), func(service string) bool { return !d.lists.isDoubted(service) })
		d.mu.Unlock()
		if len(left) == 0 || d.ctx.Err() != nil {
			return
		}
		listed, err := d.client.link.list(d.ctx, d.client.settings.project, listQuestion{services: left})
		if d.ctx.Err() != nil {
			return
		}
		if err == nil {
			d.mu.Lock()
			d.take(d.lists.confirmation(listed.snapshot.Services))
			d.unlock()
			wait = milliseconds(survive.Reconnect(failures, rand.Float64))
			continue
		}
		d.client.listeners.fail("confirm", err)
		own := asError(err, CodeUnreachable, "the endpoint list cannot be had")
		wait = milliseconds(survive.NotUnder(survive.Reconnect(failures, rand.Float64), ms(own.RetryAfter), rand.Float64))
	}
}
