package survive

import "math"

// OutlierSettings are those of section 4.1, times in milliseconds.
type OutlierSettings struct {
	ConsecutiveFailures int
	IntervalMs          float64
	BaseEjectionMs      float64
	MaxEjectionMs       float64
	MaxEjectedShare     float64
	MinHosts            int
	MinRequests         int
	StdevFactor         float64
}

// Record is what outlier ejection knows of one endpoint.
type Record struct {
	consecutive         int
	attempts, successes int
	times               int
	ejected             bool
	until               float64
}

// Take counts an outcome, and answers whether there were so many failures in a
// row that the endpoint should go.
func (r *Record) Take(s *OutlierSettings, kind Kind) (tooMany bool) {
	if kind == Cancelled {
		return false
	}
	r.attempts++
	if !kind.Failure() {
		r.successes++
		r.consecutive = 0
		return false
	}
	r.consecutive++
	return r.consecutive >= s.ConsecutiveFailures && !r.ejected
}

// Eject takes it out; the answer is for how many milliseconds.
func (r *Record) Eject(s *OutlierSettings, now float64) float64 {
	r.times++
	r.consecutive = 0
	r.ejected = true
	forMs := math.Min(s.MaxEjectionMs, s.BaseEjectionMs*float64(r.times))
	r.until = now + forMs
	return forMs
}

// Look lets it return when its time has come, and answers whether it did.
func (r *Record) Look(now float64) (returned bool) {
	if !r.ejected || now < r.until {
		return false
	}
	r.ejected = false
	return true
}

// Ejected tells whether it is out; Look first.
func (r *Record) Ejected() bool { return r.ejected }

// Until answers when an ejected endpoint returns.
func (r *Record) Until() float64 { return r.until }

// MayEject tells whether one more of hosts may go, when so many are out and so
// many others are available: at most the share, one at least, and never the
// last available one.
func (s *OutlierSettings) MayEject(hosts, ejected, othersAvailable int) bool {
	most := max(1, int(s.MaxEjectedShare*float64(hosts)))
	return ejected < most && othersAvailable > 0
}

// Unlucky answers the indexes of those whose share of successes in the
// interval lies too far below the others'; ejected ones are not compared.
func (s *OutlierSettings) Unlucky(records []*Record) []int {
	var shares []float64
	var at []int
	for i, r := range records {
		if r.attempts >= s.MinRequests && !r.ejected {
			shares = append(shares, float64(r.successes)/float64(r.attempts))
			at = append(at, i)
		}
	}
	if len(shares) < s.MinHosts {
		return nil
	}
	mean, deviation := meanAndDeviation(shares)
	var unlucky []int
	for i, share := range shares {
		if share < mean-s.StdevFactor*deviation {
			unlucky = append(unlucky, at[i])
		}
	}
	return unlucky
}

// EndInterval forgets the interval's counts, and one ejection when the
// endpoint was never out since from.
func (r *Record) EndInterval(from float64) {
	r.attempts, r.successes = 0, 0
	if !r.ejected && r.until <= from && r.times > 0 {
		r.times--
	}
}

// meanAndDeviation are those of the population.
func meanAndDeviation(values []float64) (mean, deviation float64) {
	for _, value := range values {
		mean += value / float64(len(values))
	}
	for _, value := range values {
		deviation += (value - mean) * (value - mean) / float64(len(values))
	}
	return mean, math.Sqrt(deviation)
}
