package main

import (
	"sync"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

// attempts are the moments (Unix ms) at which each endpoint was attempted.
type attempts struct {
	mu         sync.Mutex
	byInstance map[string][]float64
}

type attemptsResult struct {
	Attempts int      `json:"attempts"`
	LastMs   *float64 `json:"last_ms"`
}

func newAttempts() *attempts { return &attempts{byInstance: map[string][]float64{}} }

func (a *attempts) take(event miko.Event) {
	if event.Kind != miko.EventPicked {
		return
	}
	now := float64(time.Now().UnixMicro()) / 1000
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byInstance[event.Instance] = append(a.byInstance[event.Instance], now)
}

func (a *attempts) since(instance string, afterMs float64) attemptsResult {
	a.mu.Lock()
	defer a.mu.Unlock()
	var result attemptsResult
	for _, at := range a.byInstance[instance] {
		if at > afterMs {
			result.Attempts++
			result.LastMs = &at
		}
	}
	return result
}
