package mikogrpc

import (
	"sync"
	"sync/atomic"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
)

// connection is that to one endpoint. Its state is read by every call and
// written by gRPC alone.
//
// It is shut down when its endpoint has left and no call has it any more. gRPC
// promises as much of Shutdown itself, but a call that was given a connection
// and begins after its Shutdown hangs for as long as another one runs there:
// http2Client.NewStream waits for a quota that a draining transport never
// frees. (Seen in grpc-go 1.80; 1.85 reads the same.)
type connection struct {
	address string
	sub     balancer.SubConn
	now     atomic.Pointer[connectionState]

	mu sync.Mutex
	// calls have it and are not over.
	calls int
	// left: its endpoint is not called any more. closed: it is shut down.
	left, closed bool
}

type connectionState struct {
	state connectivity.State
	err   error
}

func (c *connection) set(state connectivity.State, err error) {
	c.now.Store(&connectionState{state, err})
}

func (c *connection) state() connectivity.State { return c.now.Load().state }

// failure is why the last attempt to connect failed; nil when none did.
func (c *connection) failure() error { return c.now.Load().err }

// take gives it to a call, which must give it back; false when it is shut down.
func (c *connection) take() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return false
	}
	c.calls++
	return true
}

func (c *connection) giveBack() {
	c.mu.Lock()
	c.calls--
	last := c.closes()
	c.mu.Unlock()
	if last {
		c.sub.Shutdown()
	}
}

// leave shuts it down as soon as no call has it.
func (c *connection) leave() {
	c.mu.Lock()
	c.left = true
	last := c.closes()
	c.mu.Unlock()
	if last {
		c.sub.Shutdown()
	}
}

// closes tells whether it is to be shut down now: once.
func (c *connection) closes() bool {
	if c.closed || !c.left || c.calls > 0 {
		return false
	}
	c.closed = true
	return true
}
