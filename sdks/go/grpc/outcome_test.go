package mikogrpc

import (
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

func TestWhatBecameOfAnAttempt(t *testing.T) {
	sent, answered := balancer.DoneInfo{BytesSent: true}, balancer.DoneInfo{BytesSent: true, BytesReceived: true}
	for _, row := range []struct {
		name string
		code codes.Code
		info balancer.DoneInfo
		kind miko.OutcomeKind
	}{
		{"an answer", codes.OK, answered, miko.OK},
		{"the connection went before the call took it", codes.OK, balancer.DoneInfo{}, miko.Cancelled},
		{"no connection", codes.Unavailable, balancer.DoneInfo{}, miko.Refused},
		{"the connection broke", codes.Unavailable, sent, miko.Broken},
		{"the server says it is unavailable", codes.Unavailable, answered, miko.Overloaded},
		{"too much", codes.ResourceExhausted, answered, miko.Limited},
		{"no answer in time", codes.DeadlineExceeded, sent, miko.TimedOut},
		{"cancelled", codes.Canceled, sent, miko.Cancelled},
		{"a panic", codes.Internal, answered, miko.Failed},
		{"an error without a code", codes.Unknown, answered, miko.Failed},
		{"lost data", codes.DataLoss, answered, miko.Failed},
		{"a bad request", codes.InvalidArgument, answered, miko.OK},
		{"nothing there", codes.NotFound, answered, miko.OK},
		{"no right", codes.PermissionDenied, answered, miko.OK},
	} {
		row.info.Err = status.Error(row.code, "x")
		if got := outcomeOf(row.info, time.Second); got != (miko.Outcome{Kind: row.kind, RTT: time.Second}) {
			t.Errorf("%s: %+v", row.name, got)
		}
	}
}

func TestPushbackIsARetryAfter(t *testing.T) {
	for text, wait := range map[string]time.Duration{"1500": 1500 * time.Millisecond, "-1": 0, "soon": 0, "99999999999": 0} {
		info := balancer.DoneInfo{Err: status.Error(codes.Unavailable, "x"), Trailer: metadata.Pairs("grpc-retry-pushback-ms", text)}
		if got := outcomeOf(info, 0).RetryAfter; got != wait {
			t.Errorf("%s: %s", text, got)
		}
	}
}
