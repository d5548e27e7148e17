package mikogrpc

import (
	"strconv"
	"time"

	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// outcomeOf says in the words of docs/protocol.md, section 4, what became of an
// attempt. A status that speaks of the request and not of the endpoint, as
// NOT_FOUND, is ok. rtt: the time to the head of the answer; 0 measures to now.
func outcomeOf(info balancer.DoneInfo, rtt time.Duration) miko.Outcome {
	return miko.Outcome{Kind: kindOf(info), RTT: rtt, RetryAfter: pushback(info)}
}

func kindOf(info balancer.DoneInfo) miko.OutcomeKind {
	switch status.Code(info.Err) {
	case codes.OK:
		if !info.BytesSent && !info.BytesReceived {
			// The connection went while the call was about to take it.
			return miko.Cancelled
		}
		return miko.OK
	case codes.Canceled:
		return miko.Cancelled
	case codes.DeadlineExceeded:
		return miko.TimedOut
	case codes.ResourceExhausted:
		return miko.Limited
	case codes.Unavailable:
		switch {
		case info.BytesReceived:
			return miko.Overloaded
		case info.BytesSent:
			return miko.Broken
		}
		return miko.Refused
	case codes.Internal, codes.Unknown, codes.DataLoss:
		return miko.Failed
	}
	return miko.OK
}

// pushback is how long the server asked to wait (gRFC A6), 0 when it did not.
func pushback(info balancer.DoneInfo) time.Duration {
	values := info.Trailer.Get("grpc-retry-pushback-ms")
	if len(values) != 1 {
		return 0
	}
	ms, err := strconv.ParseInt(values[0], 10, 32)
	if err != nil || ms < 0 {
		return 0
	}
	return time.Duration(ms) * time.Millisecond
}
