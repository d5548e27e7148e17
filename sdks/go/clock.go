package miko

import "time"

// clock measures milliseconds since the client began, on the monotonic clock:
// a jump of the wall clock changes nothing.
type clock struct{ begun time.Time }

func newClock() clock { return clock{time.Now()} }

func (c clock) now() float64 { return ms(time.Since(c.begun)) }
