package mikogrpc

import (
	"context"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/stats"
)

func TestAnAttemptIsAsLongAsTheWayToItsHead(t *testing.T) {
	handler := headTimes{}
	ctx := handler.TagRPC(t.Context(), &stats.RPCTagInfo{})
	head := headOf(ctx)
	head.begin()
	if head.after() != 0 {
		t.Error("there is a time without a head")
	}
	time.Sleep(time.Millisecond)
	handler.HandleRPC(ctx, &stats.InHeader{})
	took := head.after()
	if took < time.Millisecond {
		t.Errorf("the head took %s", took)
	}
	handler.HandleRPC(ctx, &stats.InTrailer{})
	if head.after() != took {
		t.Error("what came later counts")
	}
}

func TestWithoutInterceptorsAndStatsNothingIsRemembered(t *testing.T) {
	ctx := context.Background()
	callOf(ctx).tries("ep_a")
	headOf(ctx).begin()
	if tried, took := callOf(ctx).tried(), headOf(ctx).after(); tried != nil || took != 0 {
		t.Errorf("%v, %s", tried, took)
	}
	if _, has := hashKeyOf(ctx); has {
		t.Error("there is a hash key")
	}
}

func TestWhatIsTriedBelongsToOneCall(t *testing.T) {
	one := &call{}
	one.tries("ep_a")
	tried := append(one.tried(), "ep_x")
	one.tries("ep_b")
	if !slices.Equal(one.tried(), []string{"ep_a", "ep_b"}) || !slices.Equal(tried, []string{"ep_a", "ep_x"}) {
		t.Errorf("%v, %v", one.tried(), tried)
	}
}
