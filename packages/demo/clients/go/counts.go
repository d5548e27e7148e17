package main

import (
	"strconv"
	"sync"
	"time"
)

// told is the line of one second.
type told struct {
	TookMS  float64 `json:"took_ms"`
	Errors  int     `json:"errors"`
	Skipped int     `json:"skipped"`
	// Answered calls by service and instance.
	Answered map[string]map[string]int `json:"answered"`
	// Latencies is how often an answer took so many ms, to a tenth.
	Latencies map[string]int `json:"latencies_ms"`
	Connected bool           `json:"connected"`
	StaleMS   *float64       `json:"stale_ms"`
	Reasons   []string       `json:"reasons"`
}

// counts is what became of the calls of one second.
type counts struct {
	services    []service
	mostReasons int

	mu  sync.Mutex
	now *told
}

func newCounts(o *orders) *counts {
	c := &counts{services: o.Services, mostReasons: o.MostReasons}
	c.now = c.begin()
	return c
}

func (c *counts) begin() *told {
	t := &told{Answered: map[string]map[string]int{}, Latencies: map[string]int{}, Reasons: []string{}}
	for _, s := range c.services {
		t.Answered[s.Name] = map[string]int{}
	}
	return t
}

func (c *counts) answered(service, instance string, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Answered[service][instance]++
	c.now.Latencies[strconv.FormatFloat(milliseconds(took), 'f', 1, 64)]++
}

func (c *counts) failed(reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Errors++
	if len(c.now.Reasons) < c.mostReasons {
		c.now.Reasons = append(c.now.Reasons, reason[:min(len(reason), 300)])
	}
}

func (c *counts) skip(calls int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.Skipped += calls
}

// take answers the time since the last take; a new one begins.
func (c *counts) take() *told {
	c.mu.Lock()
	defer c.mu.Unlock()
	taken := c.now
	c.now = c.begin()
	return taken
}
