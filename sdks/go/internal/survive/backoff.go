package survive

import "math"

// RetryBackoff is the wait in milliseconds before repetition n (0 is the
// first that waits): doubling to the cap, ±20 % at random (section 4.3).
func RetryBackoff(baseMs, capMs float64, n int, random func() float64) float64 {
	return doubled(baseMs, capMs, n) * (0.8 + 0.4*random())
}

// Reconnect is the wait in milliseconds before try n (0 is the first): 200 ms
// doubling to 10 s, the upper half random (section 1.3).
func Reconnect(n int, random func() float64) float64 {
	return UpperHalf(200, 10_000, n, random)
}

// Fenced is the wait before a session is opened again by an owner whom another
// process fenced: 2 s doubling to 30 s (section 2.3).
func Fenced(n int, random func() float64) float64 {
	return UpperHalf(2_000, 30_000, n, random)
}

// NotUnder is own, or what the server asked for and up to a fifth more where
// that is longer.
func NotUnder(own, askedMs float64, random func() float64) float64 {
	if askedMs <= 0 {
		return own
	}
	return math.Max(own, math.Min(askedMs, MaxRetryAfterMs)*(1+random()/5))
}

func doubled(baseMs, capMs float64, n int) float64 {
	return math.Min(capMs, baseMs*math.Pow(2, math.Min(float64(max(n, 0)), 30)))
}

// UpperHalf is a doubling wait of which the upper half is random.
func UpperHalf(baseMs, capMs float64, n int, random func() float64) float64 {
	full := doubled(baseMs, capMs, n)
	return full/2 + full/2*random()
}
