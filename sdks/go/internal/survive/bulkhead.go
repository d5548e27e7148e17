package survive

import (
	"container/list"
	"context"
	"errors"
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

var (
	// ErrQueueFull: there is no room, nor a place to wait for one.
	ErrQueueFull = errors.New("the queue is full")
	// ErrNoRoom: none came in time.
	ErrNoRoom = errors.New("no room in time")
)

// Enter waits for room, at most so long. Without one the error is ErrQueueFull,
// at once; ErrNoRoom, after the wait; or ctx's cause.
func (b *Bulkhead) Enter(ctx context.Context, most time.Duration) error {
	b.mu.Lock()
	if b.enterAtOnce() {
		b.mu.Unlock()
		return nil
	}
	if b.queue.Len() >= b.maxQueue {
		b.mu.Unlock()
		return ErrQueueFull
	}
	if most <= 0 {
		b.mu.Unlock()
		return ErrNoRoom
	}
	turn := make(chan struct{})
	place := b.queue.PushBack(turn)
	b.mu.Unlock()
	return b.wait(ctx, most, turn, place)
}

func (b *Bulkhead) wait(ctx context.Context, most time.Duration, turn chan struct{}, place *list.Element) error {
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-turn:
		return nil
	case <-timer.C:
		if b.giveUp(turn, place) {
			return nil
		}
		return ErrNoRoom
	case <-ctx.Done():
		if b.giveUp(turn, place) {
			b.Leave()
		}
		return context.Cause(ctx)
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
