package main

import (
	"slices"
	"sync"
	"syscall"
	"time"
)

type tally struct {
	Calls      int     `json:"calls"`
	Failed     int     `json:"failed"`
	FirstError *string `json:"first_error"`
}

type runResult struct {
	tally
	WallMs float64 `json:"wall_ms"`
	CPUUs  int64   `json:"cpu_us"`
}

type flowResult struct {
	tally
	P50Ms        float64 `json:"p50_ms"`
	P99Ms        float64 `json:"p99_ms"`
	LongestGapMs float64 `json:"longest_gap_ms"`
	Revision     int64   `json:"revision"`
}

func run(call func() error, concurrency int, length time.Duration) runResult {
	before, begun := cpuUs(), time.Now()
	tally := callers(concurrency, length, call)
	return runResult{tally, milliseconds(time.Since(begun)), cpuUs() - before}
}

// flow times each call, and the time in which none ended.
func flow(call func() error, concurrency int, length time.Duration) flowResult {
	var mu sync.Mutex
	var times []float64
	var longest time.Duration
	last := time.Now()
	tally := callers(concurrency, length, func() error {
		begun := time.Now()
		err := call()
		end := time.Now()
		mu.Lock()
		times = append(times, milliseconds(end.Sub(begun)))
		longest = max(longest, end.Sub(last))
		last = end
		mu.Unlock()
		return err
	})
	slices.Sort(times)
	return flowResult{tally: tally, P50Ms: percentile(times, 50), P99Ms: percentile(times, 99), LongestGapMs: milliseconds(longest)}
}

func load(call func() error, concurrency int, length, pause time.Duration) tally {
	return callers(concurrency, length, func() error {
		err := call()
		time.Sleep(pause)
		return err
	})
}

// callers call one after the other until the time is over.
func callers(concurrency int, length time.Duration, call func() error) tally {
	tallies := make([]tally, concurrency)
	end := time.Now().Add(length)
	var running sync.WaitGroup
	for i := range tallies {
		running.Add(1)
		go func() {
			defer running.Done()
			for time.Now().Before(end) {
				tallies[i].count(call())
			}
		}()
	}
	running.Wait()
	var all tally
	for _, one := range tallies {
		all.Calls += one.Calls
		all.Failed += one.Failed
		if all.FirstError == nil {
			all.FirstError = one.FirstError
		}
	}
	return all
}

func (t *tally) count(err error) {
	t.Calls++
	if err == nil {
		return
	}
	t.Failed++
	if t.FirstError == nil {
		text := err.Error()
		t.FirstError = &text
	}
}

// cpuUs is the user and system time of this process.
func cpuUs() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano()/1000 + usage.Stime.Nano()/1000
}

// percentile by nearest rank, of sorted values.
func percentile(sorted []float64, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*percent+99)/100-1)]
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
