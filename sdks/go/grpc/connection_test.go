package mikogrpc

import (
	"testing"

	"google.golang.org/grpc/balancer"
)

type countedSubConn struct {
	balancer.SubConn
	shutdowns int
}

func (s *countedSubConn) Shutdown() { s.shutdowns++ }

func TestAConnectionIsShutDownOnceWhenItsEndpointLeftAndNoCallHasIt(t *testing.T) {
	sub := &countedSubConn{}
	conn := &connection{sub: sub}
	for range 2 {
		if !conn.take() {
			t.Fatal("it could not be taken")
		}
	}
	conn.giveBack()
	conn.leave()
	if sub.shutdowns != 0 {
		t.Error("it was shut down under a call")
	}
	if !conn.take() {
		t.Error("while a call has it, others may: gRPC keeps it open")
	}
	conn.giveBack()
	conn.giveBack()
	conn.leave()
	if sub.shutdowns != 1 {
		t.Errorf("it was shut down %d times", sub.shutdowns)
	}
	if conn.take() {
		t.Error("it was taken after that")
	}
}
