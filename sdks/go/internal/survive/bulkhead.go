package survive

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Bulkhead bounds how many calls of a service run at once, and how many wait
// in order for one to end (section 4.7). It is safe for concurrent use.
type Bulkhead struct {
	mu       sync.Mutex
	limit    int
	maxQueue int
	inFlight int
	queue    list.List // of chan struct{}, closed when its turn has come
}

// NewBulkhead answers an empty one.
func NewBulkhead(limit, maxQueue int) *Bulkhead {
	return &Bulkhead{limit: limit, maxQueue: maxQueue}
}

// EnterAtOnce takes a room that is there; false when there is none.
func (b *Bulkhead) EnterAtOnce() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.enterAtOnce()
}

func (b *Bulkhead) enterAtOnce() bool {
	if b.inFlight >= b.limit || b.queue.Len() > 0 {
		return false
	}
	b.inFlight++
	return true
}

// Enter waits for room, at most so long. It answers false at once when the
// queue is full, and after the wait; or ctx's cause.
func (b *Bulkhead) Enter(ctx context.Context, most time.Duration) (bool, error) {
	b.mu.Lock()
	if b.enterAtOnce() {
		b.mu.Unlock()
		return true, nil
	}
	if b.queue.Len() >= b.maxQueue || most <= 0 {
		b.mu.Unlock()
		return false, nil
	}
	turn := make(chan struct{})
	place := b.queue.PushBack(turn)
	b.mu.Unlock()
	return b.wait(ctx, most, turn, place)
}

func (b *Bulkhead) wait(ctx context.Context, most time.Duration, turn chan struct{}, place *list.Element) (bool, error) {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-turn:
		return true, nil
	case <-timer.C:
		return b.giveUp(turn, place), nil
	case <-ctx.Done():
		if b.giveUp(turn, place) {
			b.Leave()
		}
		return false, context.Cause(ctx)
	}
}

// giveUp leaves the queue; true when the turn came meanwhile after all.
func (b *Bulkhead) giveUp(turn chan struct{}, place *list.Element) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-turn:
		return true
	default:
		b.queue.Remove(place)
		return false
	}
}

// Leave gives the room to the first who waits.
func (b *Bulkhead) Leave() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inFlight--
	b.admit()
}

// SetLimit changes the limit; who is in flight stays.
func (b *Bulkhead) SetLimit(limit int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.limit = limit
	b.admit()
}

// InFlight answers how many are in.
func (b *Bulkhead) InFlight() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.inFlight
}

func (b *Bulkhead) admit() {
	for b.inFlight < b.limit && b.queue.Len() > 0 {
		turn := b.queue.Remove(b.queue.Front()).(chan struct{})
		b.inFlight++
		close(turn)
	}
}
