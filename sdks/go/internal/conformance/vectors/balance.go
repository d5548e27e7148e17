package vectors

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

type listed struct {
	Instance string
	Weight   int
	Zone     string
	Health   string
	ID       string
}

type balanceInput struct {
	Policy struct {
		Balance        string
		SubsetSize     int      `json:"subset_size"`
		SlowStartMs    *float64 `json:"slow_start_ms"`
		PanicThreshold *float64 `json:"panic_threshold"`
		HashLoadFactor *float64 `json:"hash_load_factor"`
	}
	List    []listed
	OwnZone string `json:"own_zone"`
	Owner   string
	Random  []float64
	Steps   []balanceStep
}

type balanceStep struct {
	Op           string
	Now          float64
	HashKey      *string `json:"hash_key"`
	Exclude      []string
	Pick         int
	Kind         string
	RTT          float64
	RetryAfterMs float64 `json:"retry_after_ms"`
	List         []listed
}

var methods = map[string]balance.Method{
	"": balance.P2C, "p2c": balance.P2C, "least_request": balance.LeastRequest, "round_robin": balance.RoundRobin,
	"weighted": balance.Weighted, "consistent_hash": balance.ConsistentHash,
}

func runBalance(in balanceInput) (any, error) {
	drawn := 0
	b := balance.New(balance.Config{
		Method: methods[in.Policy.Balance], SubsetSize: in.Policy.SubsetSize, SlowStartMs: or(in.Policy.SlowStartMs, 10_000),
		PanicThreshold: or(in.Policy.PanicThreshold, 0.5), HashLoadFactor: or(in.Policy.HashLoadFactor, 1.25),
		Zone: in.OwnZone, Owner: in.Owner,
		Random: func() float64 {
			drawn++
			if drawn > len(in.Random) {
				return 0
			}
			return in.Random[drawn-1]
		},
	})
	b.Update(members(in.List), 0)
	picks := []any{}
	var tickets []balance.Ticket
	for _, step := range in.Steps {
		switch step.Op {
		case "list":
			b.Update(members(step.List), step.Now)
		case "report":
			ticket := tickets[step.Pick]
			b.Report(ticket, survive.Outcome{Kind: survive.ParseKind(step.Kind), RTT: step.RTT, RetryAfter: step.RetryAfterMs}, step.Now)
			b.Release(ticket)
		case "pick":
			ticket, ok := b.Pick(step.Now, choiceOf(step))
			tickets = append(tickets, ticket)
			if ok {
				picks = append(picks, ticket.Value)
			} else {
				picks = append(picks, nil)
			}
		}
	}
	if drawn != len(in.Random) {
		return nil, fmt.Errorf("%d numbers were drawn of %d", drawn, len(in.Random))
	}
	return map[string]any{"picks": picks}, nil
}

func choiceOf(step balanceStep) balance.Choice {
	var choice balance.Choice
	if step.HashKey != nil {
		choice.HashKey, choice.Hashed = *step.HashKey, true
	}
	if len(step.Exclude) > 0 {
		choice.Skip = func(node *balance.Node) bool { return slices.Contains(step.Exclude, node.Value.(string)) }
	}
	return choice
}

func members(list []listed) []balance.Member {
	all := make([]balance.Member, len(list))
	for i, one := range list {
		usable := one.Health == "" || one.Health == "passing" || one.Health == "warning" || one.Health == "unknown"
		id := one.ID
		if id == "" {
			id = "ep_" + one.Instance
		}
		all[i] = balance.Member{ID: id, Instance: one.Instance, Zone: one.Zone, Weight: one.Weight, Usable: usable, Active: true, Value: one.Instance}
	}
	return all
}

func or(value *float64, ordinary float64) float64 {
	if value == nil {
		return ordinary
	}
	return *value
}

func outlier(in struct {
	Settings json.RawMessage
	Hosts    []string
	Steps    []struct {
		Op, Host, Kind string
		Times          int
		Now            float64
	}
}) (any, error) {
	settings := struct {
		ConsecutiveFailures int     `json:"consecutive_failures"`
		IntervalMs          float64 `json:"interval_ms"`
		BaseEjectionMs      float64 `json:"base_ejection_ms"`
		MaxEjectionMs       float64 `json:"max_ejection_ms"`
		MaxEjectedShare     float64 `json:"max_ejected_share"`
		MinHosts            int     `json:"min_hosts"`
		MinRequests         int     `json:"min_requests"`
		StdevFactor         float64 `json:"stdev_factor"`
	}{5, 10_000, 30_000, 300_000, 0.1, 5, 100, 1.9}
	if err := json.Unmarshal(in.Settings, &settings); err != nil {
		return nil, err
	}
	tickets := map[string]balance.Ticket{}
	outlier := survive.OutlierSettings(settings)
	b := balance.New(balance.Config{Outlier: &outlier, PanicThreshold: 0, Random: func() float64 { return 0 }})
	list := make([]listed, len(in.Hosts))
	for i, host := range in.Hosts {
		list[i] = listed{Instance: host, Weight: 100}
	}
	b.Update(members(list), 0)
	for _, host := range in.Hosts {
		ticket, ok := b.Pick(0, balance.Choice{Skip: func(node *balance.Node) bool { return node.Value.(string) != host }})
		if !ok {
			return nil, fmt.Errorf("%s cannot be picked", host)
		}
		tickets[host] = ticket
	}
	ejected := [][]string{}
	for _, step := range in.Steps {
		if step.Op == "ejected" {
			ejected = append(ejected, append([]string{}, b.Ejected(step.Now)...))
			continue
		}
		for range step.Times {
			b.Report(tickets[step.Host], survive.Outcome{Kind: survive.ParseKind(step.Kind), RTT: 1}, step.Now)
		}
	}
	return map[string]any{"ejected": ejected}, nil
}
