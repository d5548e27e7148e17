package main

import (
	"context"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

const inFlight = 64

// nsPerPick is the time of a pick and of giving it back, with a measured time,
// while 64 others are in flight.
func nsPerPick(client *miko.Client, service string, count int) (float64, error) {
	ctx := context.Background()
	held := make([]*miko.Picked, inFlight)
	for i := range held {
		picked, err := client.Pick(ctx, service)
		if err != nil {
			return 0, err
		}
		held[i] = picked
	}
	defer func() {
		for _, picked := range held {
			picked.Done(miko.Outcome{Kind: miko.OK})
		}
	}()
	pickAndRelease := func(times int) error {
		for i := range times {
			held[i%inFlight].Done(miko.Outcome{Kind: miko.OK, RTT: time.Duration(1+i%7) * time.Millisecond})
			picked, err := client.Pick(ctx, service)
			if err != nil {
				return err
			}
			held[i%inFlight] = picked
		}
		return nil
	}
	if err := pickAndRelease(count); err != nil {
		return 0, err
	}
	begun := time.Now()
	err := pickAndRelease(count)
	return float64(time.Since(begun).Nanoseconds()) / float64(count), err
}
