package miko

import (
	"slices"
	"time"
)

// hedged makes attempts one after the other, and one beside them when no head
// came in time (section 4.5; Dean and Barroso 2013). The first answer that would
// not be repeated wins, the other attempt is cancelled.
func (c *call) hedged(now float64) (*attempt, error) {
	// Room for every attempt: none waits for the call to look at it.
	h := &hedge{call: c, ended: make(chan *attempt, c.service.policy.Retry.Attempts)}
	defer h.abandon()
	a, err := c.begin(now, nil)
	if err != nil {
		return nil, err
	}
	h.start(a)
	alarm := time.NewTimer(c.hedgeAfter)
	defer alarm.Stop()
	for {
		select {
		case <-alarm.C:
			h.startBeside()
		case a := <-h.ended:
			h.running = slices.DeleteFunc(h.running, func(one *attempt) bool { return one == a })
			if !c.mayRepeat(a) {
				return a, nil
			}
			if len(h.running) > 0 {
				a.discard()
				continue
			}
			wait, again := c.again(a)
			if !again {
				return a, nil
			}
			next, err := c.repeat(a, wait)
			if next == nil {
				return a, err
			}
			h.start(next)
		}
	}
}

// hedge holds the attempts of a call that run beside each other.
type hedge struct {
	call    *call
	running []*attempt
	ended   chan *attempt
}

func (h *hedge) start(a *attempt) {
	h.running = append(h.running, a)
	body, ok := h.call.bodyFor(a)
	if !ok {
		h.ended <- a
		return
	}
	go func() {
		a.send(body)
		h.ended <- a
	}()
}

// startBeside sends the second attempt, where there is another endpoint and the
// budget allows it.
func (h *hedge) startBeside() {
	c := h.call
	if int(c.made) >= c.service.policy.Retry.Attempts {
		return
	}
	skip := c.skipTried()
	if skip == nil || !c.service.spend() {
		return
	}
	a, err := c.begin(c.service.client.clock.now(), skip)
	if err != nil {
		return
	}
	if listeners := &c.service.client.listeners; listeners.listening() {
		listeners.emit(Event{Kind: EventHedged, Service: c.service.name, Instance: a.endpoint().Instance})
	}
	h.start(a)
}

// abandon cancels what still runs, and lets go of what it may yet answer.
func (h *hedge) abandon() {
	left := len(h.running)
	if left == 0 {
		return
	}
	for _, a := range h.running {
		a.ctx.cancel(errHedgeLost)
	}
	go func() {
		for range left {
			(<-h.ended).discard()
		}
	}()
}
