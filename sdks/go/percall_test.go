package miko

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestABadCallIsRefusedBeforeItIsMade(t *testing.T) {
	a := startUpstream(t, "a", nil)
	c := callingWeb(t, []string{a.endpoint("")})
	ask := func(call Call) (*http.Response, error) {
		request, _ := http.NewRequestWithContext(WithCall(context.Background(), call), "GET", "http://web/", nil)
		return c.HTTP().Do(request)
	}
	for words, call := range map[string]Call{
		"Call.Timeout must be 0, or from 1ms to 24h, not 30ns": {Timeout: 30},
		"Call.HedgeAfter":                      {HedgeAfter: 2 * time.Hour},
		"Call.HashKey":                         {HashKey: strings.Repeat("k", 1025)},
		"Call.Idempotent must be ByMethod, Id": {Idempotent: 7},
	} {
		response, err := ask(call)
		if CodeOf(err) != CodeInvalidArgument || !strings.Contains(err.Error(), words) {
			t.Errorf("%s: %v %v", words, response, err)
		}
	}
	if _, err := c.Pick(context.Background(), "web", PickHashKey(strings.Repeat("k", 1025))); CodeOf(err) != CodeInvalidArgument {
		t.Errorf("%v", err)
	}
	if _, err := c.Pick(context.Background(), "web", nil); CodeOf(err) != CodeInvalidArgument {
		t.Errorf("%v", err)
	}
	fits := Call{Timeout: -1, HedgeAfter: -1, HashKey: strings.Repeat("ä", 1024), Idempotent: NotIdempotent}
	response, err := ask(fits)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if a.hits.Load() != 1 {
		t.Errorf("%d hits", a.hits.Load())
	}
}
