package miko

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// TestMain serves as the endpoint of the benchmark in a process of its own, so
// that only the caller's CPU time is measured.
func TestMain(m *testing.M) {
	if os.Getenv("MIKO_BENCH_ENDPOINT") == "" {
		os.Exit(m.Run())
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	os.Stdout.WriteString(listener.Addr().String() + "\n")
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	_ = http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "hello") }))
}

// The goal is under 10 % more CPU for a call than with net/http alone, at 64
// calls at once. Bytes and allocations are those of net_http and miko; the CPU
// time is that of in_turn.
func BenchmarkCallsAtOnce64(b *testing.B) {
	endpoint := startEndpoint(b)
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 128
	bare := &http.Client{Transport: transport}
	_, port, _ := net.SplitHostPort(endpoint)
	miko := benchClient(b, port).HTTP()
	bareURL, mikoURL := "http://"+endpoint+"/", "http://web/"
	b.Run("net_http", func(b *testing.B) { callManyTimes(b, bare, bareURL, b.N) })
	b.Run("miko", func(b *testing.B) { callManyTimes(b, miko, mikoURL, b.N) })
	b.Run("in_turn", func(b *testing.B) {
		var bareNs, mikoNs, extra []float64
		for b.Loop() {
			one, other := callManyTimes(b, bare, bareURL, callsInTurn), callManyTimes(b, miko, mikoURL, callsInTurn)
			bareNs, mikoNs, extra = append(bareNs, one), append(mikoNs, other), append(extra, 100*(other/one-1))
		}
		b.ReportMetric(median(bareNs), "bare-cpu-ns")
		b.ReportMetric(median(mikoNs), "miko-cpu-ns")
		b.ReportMetric(median(extra), "extra-%")
	})
}

// callsInTurn are so many that a garbage collection begun by one side is mostly
// paid by it, and so few that a noisy machine is as noisy for both.
const callsInTurn = 4000

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

// callManyTimes answers the CPU time of one call, in ns.
func callManyTimes(b *testing.B, client *http.Client, url string, times int) float64 {
	b.ReportAllocs()
	calls := make(chan struct{}, times)
	for range times {
		calls <- struct{}{}
	}
	close(calls)
	before := cpuTime()
	var callers sync.WaitGroup
	for range 64 {
		callers.Add(1)
		go func() {
			defer callers.Done()
			for range calls {
				response, err := client.Get(url)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, response.Body)
				response.Body.Close()
			}
		}()
	}
	callers.Wait()
	return float64(cpuTime()-before) / float64(times)
}

func cpuTime() int64 {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func startEndpoint(b *testing.B) string {
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), "MIKO_BENCH_ENDPOINT=1")
	stdin, err := command.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		_ = command.Wait()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(address)
}

func benchClient(b *testing.B, port string) *Client {
	c, err := Connect(context.Background(), "http://127.0.0.1:1", WithToken("none"), WithoutCache(),
		WithFixed(map[string][]string{"web": {"http://127.0.0.1:" + port}}))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close(context.Background()) })
	return c
}
