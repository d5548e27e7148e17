// Command go is the demo's client in Go: it calls all services by name at a
// fixed rate, knows no address of its own, and says each second how that went.
//
// Its one argument is JSON (orders in src/programs/told.ts), the line it prints
// each second as well (Told in the same file). MIKO_URL, MIKO_TOKEN and
// MIKO_CACHE_DIR say where Miko is. SIGTERM ends it in good order, the end of
// its stdin at once.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

func main() {
	go endWithStdin()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	orders, err := readOrders(os.Args)
	if err != nil {
		return err
	}
	client, err := miko.Connect(context.Background(), "", miko.WithOwner(orders.Owner), miko.WithName(orders.Owner),
		miko.WithRequired(orders.names()...), miko.WithListener(complain))
	if err != nil {
		return err
	}
	defer client.Close(context.Background())
	calls, err := newCalls(client, orders)
	if err != nil {
		return err
	}
	defer calls.close()

	wait, cancel := context.WithTimeout(ctx, duration(orders.ReadyLimitMS))
	_ = client.Ready(wait)
	cancel()
	// Each once beforehand: what a first connection costs is in nobody's p99.
	calls.tryEach(orders.Services)
	counts := newCounts(orders)
	s := newSchedule(orders, counts, calls.call)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.run(ctx)
	}()
	err = tell(ctx, client, counts)
	<-done
	return err
}

// tell prints a line each second until ctx ends.
func tell(ctx context.Context, client *miko.Client, counts *counts) error {
	lines := json.NewEncoder(os.Stdout)
	every := time.NewTicker(time.Second)
	defer every.Stop()
	began := time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
		}
		now := time.Now()
		told := counts.take()
		told.TookMS = milliseconds(now.Sub(began))
		began = now
		status := client.Status()
		told.Connected = status.Connected
		if !status.StaleSince.IsZero() {
			stale := max(0, milliseconds(now.Sub(status.StaleSince)))
			told.StaleMS = &stale
		}
		if err := lines.Encode(told); err != nil {
			return err
		}
	}
}

func complain(event miko.Event) {
	if event.Kind == miko.EventError {
		fmt.Fprintf(os.Stderr, "%s client: %s: %v\n", time.Now().UTC().Format(time.RFC3339Nano), event.During, event.Err)
	}
}

// endWithStdin: whatever ended the process that started this one, kill -9
// included, closes it.
func endWithStdin() {
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

func duration(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
