package main

import (
	"net/http"
	"sync"
	"time"
)

const tick = 5 * time.Millisecond

// load makes calls at a fixed rate until it is stopped. What cannot be made
// now, because so many are under way, is made later.
type load struct {
	stop  chan struct{}
	done  sync.WaitGroup
	tally *tally
}

func (d *driver) loadStart(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.load != nil {
		return nil, invalid("load_start", "after load_stop")
	}
	d.load = &load{stop: make(chan struct{}), tally: newTally()}
	d.load.done.Add(1)
	go d.load.run(d, client.HTTP(), a)
	return nil, nil
}

func (d *driver) loadStop(args) (any, error) {
	d.mu.Lock()
	stopped := d.load
	d.load = nil
	d.mu.Unlock()
	if stopped == nil {
		return nil, invalid("load_stop", "after load_start")
	}
	close(stopped.stop)
	stopped.done.Wait()
	return stopped.tally.words(), nil
}

func (l *load) run(d *driver, client *http.Client, a args) {
	defer l.done.Done()
	places := make(chan struct{}, a.intOr("concurrency", 1))
	perSecond := float64(a.intOr("per_second", 1))
	begun := time.Now()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for made := 0; ; {
		select {
		case <-l.stop:
			return
		case <-ticker.C:
		}
		for due := int(time.Since(begun).Seconds() * perSecond); made < due; made++ {
			select {
			case places <- struct{}{}:
			default:
				due = made
			}
			if due == made {
				break
			}
			l.done.Add(1)
			go func() {
				defer l.done.Done()
				l.tally.count(d.callOnce(client, a))
				<-places
			}()
		}
	}
}
