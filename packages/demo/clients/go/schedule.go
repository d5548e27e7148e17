package main

import (
	"context"
	"sync"
	"time"
)

// mostBehind: after a longer standstill of this process the schedule begins
// anew: what was due before is skipped.
const mostBehind = time.Second

// schedule makes calls at a fixed rate, whatever becomes of the earlier ones: a
// slow answer delays no other call.
type schedule struct {
	services []service
	credit   []int
	every    time.Duration
	counts   *counts
	call     func(service) (string, error)
	// free holds a place for each call under way.
	free chan struct{}
	made sync.WaitGroup
}

func newSchedule(o *orders, counts *counts, call func(service) (string, error)) *schedule {
	return &schedule{
		services: o.Services, credit: make([]int, len(o.Services)), every: time.Second / time.Duration(o.perSecond()),
		counts: counts, call: call, free: make(chan struct{}, o.MostUnderway),
	}
}

// run goes on until ctx ends; calls under way run to their end.
func (s *schedule) run(ctx context.Context) {
	defer s.made.Wait()
	due := time.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Until(due)):
		}
		now := time.Now()
		if behind := (now.Sub(due) - mostBehind) / s.every; behind > 0 {
			s.counts.skip(int(behind))
			due = due.Add(behind * s.every)
		}
		for ; !due.After(now); due = due.Add(s.every) {
			s.launch(due)
		}
	}
}

func (s *schedule) launch(due time.Time) {
	select {
	case s.free <- struct{}{}:
	default:
		s.counts.skip(1)
		return
	}
	next := s.next()
	s.made.Add(1)
	go func() {
		defer s.made.Done()
		defer func() { <-s.free }()
		instance, err := s.call(next)
		if err != nil {
			s.counts.failed(next.Name + ": " + err.Error())
			return
		}
		s.counts.answered(next.Name, instance, time.Since(due))
	}()
}

// next repeats the services in proportion to their rates, evenly spread (smooth
// weighted round robin, as nginx does it).
func (s *schedule) next() service {
	total, chosen := 0, 0
	for i, one := range s.services {
		s.credit[i] += one.CallsPerSecond
		total += one.CallsPerSecond
		if s.credit[i] > s.credit[chosen] {
			chosen = i
		}
	}
	s.credit[chosen] -= total
	return s.services[chosen]
}
